import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  ProcessError,
  __commonJS,
  __require,
  __toESM,
  external_exports,
  startProcess
} from "./chunk-JQD4UGP3.js";

// node_modules/json-rpc-2.0/dist/models.js
var require_models = __commonJS({
  "node_modules/json-rpc-2.0/dist/models.js"(exports) {
    "use strict";
    var __extends = exports && exports.__extends || /* @__PURE__ */ (function() {
      var extendStatics = function(d, b) {
        extendStatics = Object.setPrototypeOf || { __proto__: [] } instanceof Array && function(d2, b2) {
          d2.__proto__ = b2;
        } || function(d2, b2) {
          for (var p in b2) if (Object.prototype.hasOwnProperty.call(b2, p)) d2[p] = b2[p];
        };
        return extendStatics(d, b);
      };
      return function(d, b) {
        if (typeof b !== "function" && b !== null)
          throw new TypeError("Class extends value " + String(b) + " is not a constructor or null");
        extendStatics(d, b);
        function __() {
          this.constructor = d;
        }
        d.prototype = b === null ? Object.create(b) : (__.prototype = b.prototype, new __());
      };
    })();
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.createJSONRPCNotification = exports.createJSONRPCRequest = exports.createJSONRPCSuccessResponse = exports.createJSONRPCErrorResponse = exports.JSONRPCErrorCode = exports.JSONRPCErrorException = exports.isJSONRPCResponses = exports.isJSONRPCResponse = exports.isJSONRPCRequests = exports.isJSONRPCRequest = exports.isJSONRPCID = exports.JSONRPC = void 0;
    exports.JSONRPC = "2.0";
    var isJSONRPCID = function(id) {
      return typeof id === "string" || typeof id === "number" || id === null;
    };
    exports.isJSONRPCID = isJSONRPCID;
    var isJSONRPCRequest = function(payload) {
      return payload.jsonrpc === exports.JSONRPC && payload.method !== void 0 && payload.result === void 0 && payload.error === void 0;
    };
    exports.isJSONRPCRequest = isJSONRPCRequest;
    var isJSONRPCRequests = function(payload) {
      return Array.isArray(payload) && payload.every(exports.isJSONRPCRequest);
    };
    exports.isJSONRPCRequests = isJSONRPCRequests;
    var isJSONRPCResponse = function(payload) {
      return payload.jsonrpc === exports.JSONRPC && payload.id !== void 0 && (payload.result !== void 0 || payload.error !== void 0);
    };
    exports.isJSONRPCResponse = isJSONRPCResponse;
    var isJSONRPCResponses = function(payload) {
      return Array.isArray(payload) && payload.every(exports.isJSONRPCResponse);
    };
    exports.isJSONRPCResponses = isJSONRPCResponses;
    var createJSONRPCError = function(code, message, data) {
      var error = { code, message };
      if (data != null) {
        error.data = data;
      }
      return error;
    };
    var JSONRPCErrorException = (
      /** @class */
      (function(_super) {
        __extends(JSONRPCErrorException2, _super);
        function JSONRPCErrorException2(message, code, data) {
          var _this = _super.call(this, message) || this;
          Object.setPrototypeOf(_this, JSONRPCErrorException2.prototype);
          _this.code = code;
          _this.data = data;
          return _this;
        }
        JSONRPCErrorException2.prototype.toObject = function() {
          return createJSONRPCError(this.code, this.message, this.data);
        };
        return JSONRPCErrorException2;
      })(Error)
    );
    exports.JSONRPCErrorException = JSONRPCErrorException;
    var JSONRPCErrorCode;
    (function(JSONRPCErrorCode2) {
      JSONRPCErrorCode2[JSONRPCErrorCode2["ParseError"] = -32700] = "ParseError";
      JSONRPCErrorCode2[JSONRPCErrorCode2["InvalidRequest"] = -32600] = "InvalidRequest";
      JSONRPCErrorCode2[JSONRPCErrorCode2["MethodNotFound"] = -32601] = "MethodNotFound";
      JSONRPCErrorCode2[JSONRPCErrorCode2["InvalidParams"] = -32602] = "InvalidParams";
      JSONRPCErrorCode2[JSONRPCErrorCode2["InternalError"] = -32603] = "InternalError";
    })(JSONRPCErrorCode = exports.JSONRPCErrorCode || (exports.JSONRPCErrorCode = {}));
    var createJSONRPCErrorResponse = function(id, code, message, data) {
      return {
        jsonrpc: exports.JSONRPC,
        id,
        error: createJSONRPCError(code, message, data)
      };
    };
    exports.createJSONRPCErrorResponse = createJSONRPCErrorResponse;
    var createJSONRPCSuccessResponse = function(id, result) {
      return {
        jsonrpc: exports.JSONRPC,
        id,
        result: result !== null && result !== void 0 ? result : null
      };
    };
    exports.createJSONRPCSuccessResponse = createJSONRPCSuccessResponse;
    var createJSONRPCRequest = function(id, method, params) {
      return {
        jsonrpc: exports.JSONRPC,
        id,
        method,
        params
      };
    };
    exports.createJSONRPCRequest = createJSONRPCRequest;
    var createJSONRPCNotification = function(method, params) {
      return {
        jsonrpc: exports.JSONRPC,
        method,
        params
      };
    };
    exports.createJSONRPCNotification = createJSONRPCNotification;
  }
});

// node_modules/json-rpc-2.0/dist/internal.js
var require_internal = __commonJS({
  "node_modules/json-rpc-2.0/dist/internal.js"(exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.DefaultErrorCode = void 0;
    exports.DefaultErrorCode = 0;
  }
});

// node_modules/json-rpc-2.0/dist/client.js
var require_client = __commonJS({
  "node_modules/json-rpc-2.0/dist/client.js"(exports) {
    "use strict";
    var __awaiter = exports && exports.__awaiter || function(thisArg, _arguments, P, generator) {
      function adopt(value) {
        return value instanceof P ? value : new P(function(resolve) {
          resolve(value);
        });
      }
      return new (P || (P = Promise))(function(resolve, reject) {
        function fulfilled(value) {
          try {
            step(generator.next(value));
          } catch (e) {
            reject(e);
          }
        }
        function rejected(value) {
          try {
            step(generator["throw"](value));
          } catch (e) {
            reject(e);
          }
        }
        function step(result) {
          result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
        }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
      });
    };
    var __generator = exports && exports.__generator || function(thisArg, body) {
      var _ = { label: 0, sent: function() {
        if (t[0] & 1) throw t[1];
        return t[1];
      }, trys: [], ops: [] }, f, y, t, g;
      return g = { next: verb(0), "throw": verb(1), "return": verb(2) }, typeof Symbol === "function" && (g[Symbol.iterator] = function() {
        return this;
      }), g;
      function verb(n) {
        return function(v) {
          return step([n, v]);
        };
      }
      function step(op) {
        if (f) throw new TypeError("Generator is already executing.");
        while (g && (g = 0, op[0] && (_ = 0)), _) try {
          if (f = 1, y && (t = op[0] & 2 ? y["return"] : op[0] ? y["throw"] || ((t = y["return"]) && t.call(y), 0) : y.next) && !(t = t.call(y, op[1])).done) return t;
          if (y = 0, t) op = [op[0] & 2, t.value];
          switch (op[0]) {
            case 0:
            case 1:
              t = op;
              break;
            case 4:
              _.label++;
              return { value: op[1], done: false };
            case 5:
              _.label++;
              y = op[1];
              op = [0];
              continue;
            case 7:
              op = _.ops.pop();
              _.trys.pop();
              continue;
            default:
              if (!(t = _.trys, t = t.length > 0 && t[t.length - 1]) && (op[0] === 6 || op[0] === 2)) {
                _ = 0;
                continue;
              }
              if (op[0] === 3 && (!t || op[1] > t[0] && op[1] < t[3])) {
                _.label = op[1];
                break;
              }
              if (op[0] === 6 && _.label < t[1]) {
                _.label = t[1];
                t = op;
                break;
              }
              if (t && _.label < t[2]) {
                _.label = t[2];
                _.ops.push(op);
                break;
              }
              if (t[2]) _.ops.pop();
              _.trys.pop();
              continue;
          }
          op = body.call(thisArg, _);
        } catch (e) {
          op = [6, e];
          y = 0;
        } finally {
          f = t = 0;
        }
        if (op[0] & 5) throw op[1];
        return { value: op[0] ? op[1] : void 0, done: true };
      }
    };
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.JSONRPCClient = void 0;
    var models_1 = require_models();
    var internal_1 = require_internal();
    var JSONRPCClient2 = (
      /** @class */
      (function() {
        function JSONRPCClient3(_send, createID) {
          this._send = _send;
          this.createID = createID;
          this.idToResolveMap = /* @__PURE__ */ new Map();
          this.id = 0;
        }
        JSONRPCClient3.prototype._createID = function() {
          if (this.createID) {
            return this.createID();
          } else {
            return ++this.id;
          }
        };
        JSONRPCClient3.prototype.timeout = function(delay, overrideCreateJSONRPCErrorResponse) {
          var _this = this;
          if (overrideCreateJSONRPCErrorResponse === void 0) {
            overrideCreateJSONRPCErrorResponse = function(id) {
              return (0, models_1.createJSONRPCErrorResponse)(id, internal_1.DefaultErrorCode, "Request timeout");
            };
          }
          var timeoutRequest = function(ids, request) {
            var timeoutID = setTimeout(function() {
              ids.forEach(function(id) {
                var resolve = _this.idToResolveMap.get(id);
                if (resolve) {
                  _this.idToResolveMap.delete(id);
                  resolve(overrideCreateJSONRPCErrorResponse(id));
                }
              });
            }, delay);
            return request().then(function(result) {
              clearTimeout(timeoutID);
              return result;
            }, function(error) {
              clearTimeout(timeoutID);
              return Promise.reject(error);
            });
          };
          var requestAdvanced = function(request, clientParams) {
            var ids = (!Array.isArray(request) ? [request] : request).map(function(request2) {
              return request2.id;
            }).filter(isDefinedAndNonNull);
            return timeoutRequest(ids, function() {
              return _this.requestAdvanced(request, clientParams);
            });
          };
          return {
            request: function(method, params, clientParams) {
              var id = _this._createID();
              return timeoutRequest([id], function() {
                return _this.requestWithID(method, params, clientParams, id);
              });
            },
            requestAdvanced: function(request, clientParams) {
              return requestAdvanced(request, clientParams);
            }
          };
        };
        JSONRPCClient3.prototype.request = function(method, params, clientParams) {
          return this.requestWithID(method, params, clientParams, this._createID());
        };
        JSONRPCClient3.prototype.requestWithID = function(method, params, clientParams, id) {
          return __awaiter(this, void 0, void 0, function() {
            var request, response;
            return __generator(this, function(_a) {
              switch (_a.label) {
                case 0:
                  request = (0, models_1.createJSONRPCRequest)(id, method, params);
                  return [4, this.requestAdvanced(request, clientParams)];
                case 1:
                  response = _a.sent();
                  if (response.result !== void 0 && !response.error) {
                    return [2, response.result];
                  } else if (response.result === void 0 && response.error) {
                    return [2, Promise.reject(new models_1.JSONRPCErrorException(response.error.message, response.error.code, response.error.data))];
                  } else {
                    return [2, Promise.reject(new Error("An unexpected error occurred"))];
                  }
                  return [
                    2
                    /*return*/
                  ];
              }
            });
          });
        };
        JSONRPCClient3.prototype.requestAdvanced = function(requests, clientParams) {
          var _this = this;
          var areRequestsOriginallyArray = Array.isArray(requests);
          if (!Array.isArray(requests)) {
            requests = [requests];
          }
          var requestsWithID = requests.filter(function(request) {
            return isDefinedAndNonNull(request.id);
          });
          var promises = requestsWithID.map(function(request) {
            return new Promise(function(resolve) {
              return _this.idToResolveMap.set(request.id, resolve);
            });
          });
          var promise = Promise.all(promises).then(function(responses) {
            if (areRequestsOriginallyArray || !responses.length) {
              return responses;
            } else {
              return responses[0];
            }
          });
          return this.send(areRequestsOriginallyArray ? requests : requests[0], clientParams).then(function() {
            return promise;
          }, function(error) {
            requestsWithID.forEach(function(request) {
              _this.receive((0, models_1.createJSONRPCErrorResponse)(request.id, internal_1.DefaultErrorCode, error && error.message || "Failed to send a request"));
            });
            return promise;
          });
        };
        JSONRPCClient3.prototype.notify = function(method, params, clientParams) {
          var request = (0, models_1.createJSONRPCNotification)(method, params);
          this.send(request, clientParams).then(void 0, function() {
            return void 0;
          });
        };
        JSONRPCClient3.prototype.send = function(payload, clientParams) {
          return __awaiter(this, void 0, void 0, function() {
            return __generator(this, function(_a) {
              return [2, this._send(payload, clientParams)];
            });
          });
        };
        JSONRPCClient3.prototype.rejectAllPendingRequests = function(message) {
          this.idToResolveMap.forEach(function(resolve, id) {
            return resolve((0, models_1.createJSONRPCErrorResponse)(id, internal_1.DefaultErrorCode, message));
          });
          this.idToResolveMap.clear();
        };
        JSONRPCClient3.prototype.receive = function(responses) {
          var _this = this;
          if (!Array.isArray(responses)) {
            responses = [responses];
          }
          responses.forEach(function(response) {
            var resolve = _this.idToResolveMap.get(response.id);
            if (resolve) {
              _this.idToResolveMap.delete(response.id);
              resolve(response);
            }
          });
        };
        return JSONRPCClient3;
      })()
    );
    exports.JSONRPCClient = JSONRPCClient2;
    var isDefinedAndNonNull = function(value) {
      return value !== void 0 && value !== null;
    };
  }
});

// node_modules/json-rpc-2.0/dist/interfaces.js
var require_interfaces = __commonJS({
  "node_modules/json-rpc-2.0/dist/interfaces.js"(exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
  }
});

// node_modules/json-rpc-2.0/dist/server.js
var require_server = __commonJS({
  "node_modules/json-rpc-2.0/dist/server.js"(exports) {
    "use strict";
    var __awaiter = exports && exports.__awaiter || function(thisArg, _arguments, P, generator) {
      function adopt(value) {
        return value instanceof P ? value : new P(function(resolve) {
          resolve(value);
        });
      }
      return new (P || (P = Promise))(function(resolve, reject) {
        function fulfilled(value) {
          try {
            step(generator.next(value));
          } catch (e) {
            reject(e);
          }
        }
        function rejected(value) {
          try {
            step(generator["throw"](value));
          } catch (e) {
            reject(e);
          }
        }
        function step(result) {
          result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
        }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
      });
    };
    var __generator = exports && exports.__generator || function(thisArg, body) {
      var _ = { label: 0, sent: function() {
        if (t[0] & 1) throw t[1];
        return t[1];
      }, trys: [], ops: [] }, f, y, t, g;
      return g = { next: verb(0), "throw": verb(1), "return": verb(2) }, typeof Symbol === "function" && (g[Symbol.iterator] = function() {
        return this;
      }), g;
      function verb(n) {
        return function(v) {
          return step([n, v]);
        };
      }
      function step(op) {
        if (f) throw new TypeError("Generator is already executing.");
        while (g && (g = 0, op[0] && (_ = 0)), _) try {
          if (f = 1, y && (t = op[0] & 2 ? y["return"] : op[0] ? y["throw"] || ((t = y["return"]) && t.call(y), 0) : y.next) && !(t = t.call(y, op[1])).done) return t;
          if (y = 0, t) op = [op[0] & 2, t.value];
          switch (op[0]) {
            case 0:
            case 1:
              t = op;
              break;
            case 4:
              _.label++;
              return { value: op[1], done: false };
            case 5:
              _.label++;
              y = op[1];
              op = [0];
              continue;
            case 7:
              op = _.ops.pop();
              _.trys.pop();
              continue;
            default:
              if (!(t = _.trys, t = t.length > 0 && t[t.length - 1]) && (op[0] === 6 || op[0] === 2)) {
                _ = 0;
                continue;
              }
              if (op[0] === 3 && (!t || op[1] > t[0] && op[1] < t[3])) {
                _.label = op[1];
                break;
              }
              if (op[0] === 6 && _.label < t[1]) {
                _.label = t[1];
                t = op;
                break;
              }
              if (t && _.label < t[2]) {
                _.label = t[2];
                _.ops.push(op);
                break;
              }
              if (t[2]) _.ops.pop();
              _.trys.pop();
              continue;
          }
          op = body.call(thisArg, _);
        } catch (e) {
          op = [6, e];
          y = 0;
        } finally {
          f = t = 0;
        }
        if (op[0] & 5) throw op[1];
        return { value: op[0] ? op[1] : void 0, done: true };
      }
    };
    var __spreadArray = exports && exports.__spreadArray || function(to, from, pack) {
      if (pack || arguments.length === 2) for (var i = 0, l = from.length, ar; i < l; i++) {
        if (ar || !(i in from)) {
          if (!ar) ar = Array.prototype.slice.call(from, 0, i);
          ar[i] = from[i];
        }
      }
      return to.concat(ar || Array.prototype.slice.call(from));
    };
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.JSONRPCServer = exports.createMethodNotFoundResponse = exports.createInvalidRequestResponse = void 0;
    var models_1 = require_models();
    var internal_1 = require_internal();
    var createParseErrorResponse = function() {
      return (0, models_1.createJSONRPCErrorResponse)(null, models_1.JSONRPCErrorCode.ParseError, "Parse error");
    };
    var createInvalidRequestResponse = function(request) {
      return (0, models_1.createJSONRPCErrorResponse)((0, models_1.isJSONRPCID)(request.id) ? request.id : null, models_1.JSONRPCErrorCode.InvalidRequest, "Invalid Request");
    };
    exports.createInvalidRequestResponse = createInvalidRequestResponse;
    var createMethodNotFoundResponse = function(id) {
      return (0, models_1.createJSONRPCErrorResponse)(id, models_1.JSONRPCErrorCode.MethodNotFound, "Method not found");
    };
    exports.createMethodNotFoundResponse = createMethodNotFoundResponse;
    var JSONRPCServer2 = (
      /** @class */
      (function() {
        function JSONRPCServer3(options) {
          if (options === void 0) {
            options = {};
          }
          var _a;
          this.mapErrorToJSONRPCErrorResponse = defaultMapErrorToJSONRPCErrorResponse;
          this.handleMethodNotFound = defaultHandleMethodNotFound;
          this.nameToMethodMap = /* @__PURE__ */ new Map();
          this.middleware = null;
          this.errorListener = (_a = options.errorListener) !== null && _a !== void 0 ? _a : console.warn;
        }
        JSONRPCServer3.prototype.hasMethod = function(name) {
          return this.nameToMethodMap.has(name);
        };
        JSONRPCServer3.prototype.addMethod = function(name, method) {
          this.addMethodAdvanced(name, this.toJSONRPCMethod(method));
        };
        JSONRPCServer3.prototype.removeMethod = function(name) {
          this.nameToMethodMap.delete(name);
        };
        JSONRPCServer3.prototype.toJSONRPCMethod = function(method) {
          return function(request, serverParams) {
            var response = method(request.params, serverParams);
            return Promise.resolve(response).then(function(result) {
              return mapResultToJSONRPCResponse(request.id, result);
            });
          };
        };
        JSONRPCServer3.prototype.addMethodAdvanced = function(name, method) {
          this.nameToMethodMap.set(name, method);
        };
        JSONRPCServer3.prototype.receiveJSON = function(json, serverParams) {
          var request = this.tryParseRequestJSON(json);
          if (request) {
            return this.receive(request, serverParams);
          } else {
            return Promise.resolve(createParseErrorResponse());
          }
        };
        JSONRPCServer3.prototype.tryParseRequestJSON = function(json) {
          try {
            return JSON.parse(json);
          } catch (_a) {
            return null;
          }
        };
        JSONRPCServer3.prototype.receive = function(request, serverParams) {
          if (Array.isArray(request)) {
            return this.receiveMultiple(request, serverParams);
          } else {
            return this.receiveSingle(request, serverParams);
          }
        };
        JSONRPCServer3.prototype.receiveMultiple = function(requests, serverParams) {
          return __awaiter(this, void 0, void 0, function() {
            var responses;
            var _this = this;
            return __generator(this, function(_a) {
              switch (_a.label) {
                case 0:
                  if (requests.length === 0) {
                    return [2, (0, models_1.createJSONRPCErrorResponse)(null, models_1.JSONRPCErrorCode.InvalidRequest, "Invalid Request")];
                  }
                  return [4, Promise.all(requests.map(function(request) {
                    return _this.receiveSingle(request, serverParams);
                  }))];
                case 1:
                  responses = _a.sent().filter(isNonNull);
                  if (responses.length === 1) {
                    return [2, responses[0]];
                  } else if (responses.length) {
                    return [2, responses];
                  } else {
                    return [2, null];
                  }
                  return [
                    2
                    /*return*/
                  ];
              }
            });
          });
        };
        JSONRPCServer3.prototype.receiveSingle = function(request, serverParams) {
          return __awaiter(this, void 0, void 0, function() {
            var method, response;
            return __generator(this, function(_a) {
              switch (_a.label) {
                case 0:
                  method = this.nameToMethodMap.get(request.method);
                  if (!!(0, models_1.isJSONRPCRequest)(request)) return [3, 1];
                  return [2, (0, exports.createInvalidRequestResponse)(request)];
                case 1:
                  return [4, this.callMethod(method, request, serverParams)];
                case 2:
                  response = _a.sent();
                  return [2, mapResponse(request, response)];
              }
            });
          });
        };
        JSONRPCServer3.prototype.applyMiddleware = function() {
          var middlewares = [];
          for (var _i = 0; _i < arguments.length; _i++) {
            middlewares[_i] = arguments[_i];
          }
          if (this.middleware) {
            this.middleware = this.combineMiddlewares(__spreadArray([
              this.middleware
            ], middlewares, true));
          } else {
            this.middleware = this.combineMiddlewares(middlewares);
          }
        };
        JSONRPCServer3.prototype.combineMiddlewares = function(middlewares) {
          if (!middlewares.length) {
            return null;
          } else {
            return middlewares.reduce(this.middlewareReducer);
          }
        };
        JSONRPCServer3.prototype.middlewareReducer = function(prevMiddleware, nextMiddleware) {
          return function(next, request, serverParams) {
            return prevMiddleware(function(request2, serverParams2) {
              return nextMiddleware(next, request2, serverParams2);
            }, request, serverParams);
          };
        };
        JSONRPCServer3.prototype.callMethod = function(method, request, serverParams) {
          var _this = this;
          var callMethod = function(request2, serverParams2) {
            if (method) {
              return method(request2, serverParams2);
            } else {
              return _this.handleMethodNotFound(request2, serverParams2);
            }
          };
          var onError = function(error) {
            _this.errorListener('An unexpected error occurred while executing "'.concat(request.method, '" JSON-RPC method:'), error);
            return Promise.resolve(_this.mapErrorToJSONRPCErrorResponseIfNecessary(request.id, error));
          };
          try {
            return (this.middleware || noopMiddleware)(callMethod, request, serverParams).then(void 0, onError);
          } catch (error) {
            return onError(error);
          }
        };
        JSONRPCServer3.prototype.mapErrorToJSONRPCErrorResponseIfNecessary = function(id, error) {
          if (id !== void 0) {
            return this.mapErrorToJSONRPCErrorResponse(id, error);
          } else {
            return null;
          }
        };
        return JSONRPCServer3;
      })()
    );
    exports.JSONRPCServer = JSONRPCServer2;
    var isNonNull = function(value) {
      return value !== null;
    };
    var noopMiddleware = function(next, request, serverParams) {
      return next(request, serverParams);
    };
    var mapResultToJSONRPCResponse = function(id, result) {
      if (id !== void 0) {
        return (0, models_1.createJSONRPCSuccessResponse)(id, result);
      } else {
        return null;
      }
    };
    var defaultMapErrorToJSONRPCErrorResponse = function(id, error) {
      var _a;
      var message = (_a = error === null || error === void 0 ? void 0 : error.message) !== null && _a !== void 0 ? _a : "An unexpected error occurred";
      var code = internal_1.DefaultErrorCode;
      var data;
      if (error instanceof models_1.JSONRPCErrorException) {
        code = error.code;
        data = error.data;
      }
      return (0, models_1.createJSONRPCErrorResponse)(id, code, message, data);
    };
    var defaultHandleMethodNotFound = function(request) {
      return __awaiter(void 0, void 0, void 0, function() {
        return __generator(this, function(_a) {
          if (request.id !== void 0) {
            return [2, (0, exports.createMethodNotFoundResponse)(request.id)];
          } else {
            return [2, null];
          }
          return [
            2
            /*return*/
          ];
        });
      });
    };
    var mapResponse = function(request, response) {
      if (response) {
        return response;
      } else if (request.id !== void 0) {
        return (0, models_1.createJSONRPCErrorResponse)(request.id, models_1.JSONRPCErrorCode.InternalError, "Internal error");
      } else {
        return null;
      }
    };
  }
});

// node_modules/json-rpc-2.0/dist/server-and-client.js
var require_server_and_client = __commonJS({
  "node_modules/json-rpc-2.0/dist/server-and-client.js"(exports) {
    "use strict";
    var __awaiter = exports && exports.__awaiter || function(thisArg, _arguments, P, generator) {
      function adopt(value) {
        return value instanceof P ? value : new P(function(resolve) {
          resolve(value);
        });
      }
      return new (P || (P = Promise))(function(resolve, reject) {
        function fulfilled(value) {
          try {
            step(generator.next(value));
          } catch (e) {
            reject(e);
          }
        }
        function rejected(value) {
          try {
            step(generator["throw"](value));
          } catch (e) {
            reject(e);
          }
        }
        function step(result) {
          result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
        }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
      });
    };
    var __generator = exports && exports.__generator || function(thisArg, body) {
      var _ = { label: 0, sent: function() {
        if (t[0] & 1) throw t[1];
        return t[1];
      }, trys: [], ops: [] }, f, y, t, g;
      return g = { next: verb(0), "throw": verb(1), "return": verb(2) }, typeof Symbol === "function" && (g[Symbol.iterator] = function() {
        return this;
      }), g;
      function verb(n) {
        return function(v) {
          return step([n, v]);
        };
      }
      function step(op) {
        if (f) throw new TypeError("Generator is already executing.");
        while (g && (g = 0, op[0] && (_ = 0)), _) try {
          if (f = 1, y && (t = op[0] & 2 ? y["return"] : op[0] ? y["throw"] || ((t = y["return"]) && t.call(y), 0) : y.next) && !(t = t.call(y, op[1])).done) return t;
          if (y = 0, t) op = [op[0] & 2, t.value];
          switch (op[0]) {
            case 0:
            case 1:
              t = op;
              break;
            case 4:
              _.label++;
              return { value: op[1], done: false };
            case 5:
              _.label++;
              y = op[1];
              op = [0];
              continue;
            case 7:
              op = _.ops.pop();
              _.trys.pop();
              continue;
            default:
              if (!(t = _.trys, t = t.length > 0 && t[t.length - 1]) && (op[0] === 6 || op[0] === 2)) {
                _ = 0;
                continue;
              }
              if (op[0] === 3 && (!t || op[1] > t[0] && op[1] < t[3])) {
                _.label = op[1];
                break;
              }
              if (op[0] === 6 && _.label < t[1]) {
                _.label = t[1];
                t = op;
                break;
              }
              if (t && _.label < t[2]) {
                _.label = t[2];
                _.ops.push(op);
                break;
              }
              if (t[2]) _.ops.pop();
              _.trys.pop();
              continue;
          }
          op = body.call(thisArg, _);
        } catch (e) {
          op = [6, e];
          y = 0;
        } finally {
          f = t = 0;
        }
        if (op[0] & 5) throw op[1];
        return { value: op[0] ? op[1] : void 0, done: true };
      }
    };
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.JSONRPCServerAndClient = void 0;
    var models_1 = require_models();
    var JSONRPCServerAndClient = (
      /** @class */
      (function() {
        function JSONRPCServerAndClient2(server, client, options) {
          if (options === void 0) {
            options = {};
          }
          var _a;
          this.server = server;
          this.client = client;
          this.errorListener = (_a = options.errorListener) !== null && _a !== void 0 ? _a : console.warn;
        }
        JSONRPCServerAndClient2.prototype.applyServerMiddleware = function() {
          var _a;
          var middlewares = [];
          for (var _i = 0; _i < arguments.length; _i++) {
            middlewares[_i] = arguments[_i];
          }
          (_a = this.server).applyMiddleware.apply(_a, middlewares);
        };
        JSONRPCServerAndClient2.prototype.hasMethod = function(name) {
          return this.server.hasMethod(name);
        };
        JSONRPCServerAndClient2.prototype.addMethod = function(name, method) {
          this.server.addMethod(name, method);
        };
        JSONRPCServerAndClient2.prototype.addMethodAdvanced = function(name, method) {
          this.server.addMethodAdvanced(name, method);
        };
        JSONRPCServerAndClient2.prototype.removeMethod = function(name) {
          this.server.removeMethod(name);
        };
        JSONRPCServerAndClient2.prototype.timeout = function(delay) {
          return this.client.timeout(delay);
        };
        JSONRPCServerAndClient2.prototype.request = function(method, params, clientParams) {
          return this.client.request(method, params, clientParams);
        };
        JSONRPCServerAndClient2.prototype.requestAdvanced = function(jsonRPCRequest, clientParams) {
          return this.client.requestAdvanced(jsonRPCRequest, clientParams);
        };
        JSONRPCServerAndClient2.prototype.notify = function(method, params, clientParams) {
          this.client.notify(method, params, clientParams);
        };
        JSONRPCServerAndClient2.prototype.rejectAllPendingRequests = function(message) {
          this.client.rejectAllPendingRequests(message);
        };
        JSONRPCServerAndClient2.prototype.receiveAndSend = function(payload, serverParams, clientParams) {
          return __awaiter(this, void 0, void 0, function() {
            var response, message;
            return __generator(this, function(_a) {
              switch (_a.label) {
                case 0:
                  if (!((0, models_1.isJSONRPCResponse)(payload) || (0, models_1.isJSONRPCResponses)(payload))) return [3, 1];
                  this.client.receive(payload);
                  return [3, 4];
                case 1:
                  if (!((0, models_1.isJSONRPCRequest)(payload) || (0, models_1.isJSONRPCRequests)(payload))) return [3, 3];
                  return [4, this.server.receive(payload, serverParams)];
                case 2:
                  response = _a.sent();
                  if (response) {
                    return [2, this.client.send(response, clientParams)];
                  }
                  return [3, 4];
                case 3:
                  message = "Received an invalid JSON-RPC message";
                  this.errorListener(message, payload);
                  return [2, Promise.reject(new Error(message))];
                case 4:
                  return [
                    2
                    /*return*/
                  ];
              }
            });
          });
        };
        return JSONRPCServerAndClient2;
      })()
    );
    exports.JSONRPCServerAndClient = JSONRPCServerAndClient;
  }
});

// node_modules/json-rpc-2.0/dist/index.js
var require_dist = __commonJS({
  "node_modules/json-rpc-2.0/dist/index.js"(exports) {
    "use strict";
    var __createBinding = exports && exports.__createBinding || (Object.create ? (function(o, m, k, k2) {
      if (k2 === void 0) k2 = k;
      var desc = Object.getOwnPropertyDescriptor(m, k);
      if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
        desc = { enumerable: true, get: function() {
          return m[k];
        } };
      }
      Object.defineProperty(o, k2, desc);
    }) : (function(o, m, k, k2) {
      if (k2 === void 0) k2 = k;
      o[k2] = m[k];
    }));
    var __exportStar = exports && exports.__exportStar || function(m, exports2) {
      for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports2, p)) __createBinding(exports2, m, p);
    };
    Object.defineProperty(exports, "__esModule", { value: true });
    __exportStar(require_client(), exports);
    __exportStar(require_interfaces(), exports);
    __exportStar(require_models(), exports);
    __exportStar(require_server(), exports);
    __exportStar(require_server_and_client(), exports);
  }
});

// node_modules/ws/lib/constants.js
var require_constants = __commonJS({
  "node_modules/ws/lib/constants.js"(exports, module) {
    "use strict";
    var BINARY_TYPES = ["nodebuffer", "arraybuffer", "fragments"];
    var hasBlob = typeof Blob !== "undefined";
    if (hasBlob) BINARY_TYPES.push("blob");
    module.exports = {
      BINARY_TYPES,
      CLOSE_TIMEOUT: 3e4,
      EMPTY_BUFFER: Buffer.alloc(0),
      GUID: "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
      hasBlob,
      kForOnEventAttribute: /* @__PURE__ */ Symbol("kIsForOnEventAttribute"),
      kListener: /* @__PURE__ */ Symbol("kListener"),
      kStatusCode: /* @__PURE__ */ Symbol("status-code"),
      kWebSocket: /* @__PURE__ */ Symbol("websocket"),
      NOOP: () => {
      }
    };
  }
});

// node_modules/ws/lib/buffer-util.js
var require_buffer_util = __commonJS({
  "node_modules/ws/lib/buffer-util.js"(exports, module) {
    "use strict";
    var { websocketMask, websocketUnmask } = __require("http");
    var { EMPTY_BUFFER } = require_constants();
    var FastBuffer = Buffer[Symbol.species];
    function concat(list, totalLength) {
      if (list.length === 0) return EMPTY_BUFFER;
      if (list.length === 1) return list[0];
      const target = Buffer.allocUnsafe(totalLength);
      let offset = 0;
      for (let i = 0; i < list.length; i++) {
        const buf = list[i];
        target.set(buf, offset);
        offset += buf.length;
      }
      if (offset < totalLength) {
        return new FastBuffer(target.buffer, target.byteOffset, offset);
      }
      return target;
    }
    function _mask(source, mask, output, offset, length) {
      for (let i = 0; i < length; i++) {
        output[offset + i] = source[i] ^ mask[i & 3];
      }
    }
    function _unmask(buffer, mask) {
      for (let i = 0; i < buffer.length; i++) {
        buffer[i] ^= mask[i & 3];
      }
    }
    function toArrayBuffer(buf) {
      if (buf.length === buf.buffer.byteLength) {
        return buf.buffer;
      }
      return buf.buffer.slice(buf.byteOffset, buf.byteOffset + buf.length);
    }
    function toBuffer(data) {
      toBuffer.readOnly = true;
      if (Buffer.isBuffer(data)) return data;
      let buf;
      if (data instanceof ArrayBuffer) {
        buf = new FastBuffer(data);
      } else if (ArrayBuffer.isView(data)) {
        buf = new FastBuffer(data.buffer, data.byteOffset, data.byteLength);
      } else {
        buf = Buffer.from(data);
        toBuffer.readOnly = false;
      }
      return buf;
    }
    module.exports = {
      concat,
      mask: _mask,
      toArrayBuffer,
      toBuffer,
      unmask: _unmask
    };
    if (websocketMask) {
      module.exports.mask = function(source, mask, output, offset, length) {
        if (length < 24) _mask(source, mask, output, offset, length);
        else websocketMask(source, mask, output, offset, length);
      };
      module.exports.unmask = function(buffer, mask) {
        if (buffer.length < 24) _unmask(buffer, mask);
        else websocketUnmask(buffer, mask);
      };
    } else if (!process.env.WS_NO_BUFFER_UTIL) {
      try {
        const bufferUtil = __require("bufferutil");
        module.exports.mask = function(source, mask, output, offset, length) {
          if (length < 48) _mask(source, mask, output, offset, length);
          else bufferUtil.mask(source, mask, output, offset, length);
        };
        module.exports.unmask = function(buffer, mask) {
          if (buffer.length < 32) _unmask(buffer, mask);
          else bufferUtil.unmask(buffer, mask);
        };
      } catch (e) {
      }
    }
  }
});

// node_modules/ws/lib/limiter.js
var require_limiter = __commonJS({
  "node_modules/ws/lib/limiter.js"(exports, module) {
    "use strict";
    var kDone = /* @__PURE__ */ Symbol("kDone");
    var kRun = /* @__PURE__ */ Symbol("kRun");
    var Limiter = class {
      /**
       * Creates a new `Limiter`.
       *
       * @param {Number} [concurrency=Infinity] The maximum number of jobs allowed
       *     to run concurrently
       */
      constructor(concurrency) {
        this[kDone] = () => {
          this.pending--;
          this[kRun]();
        };
        this.concurrency = concurrency || Infinity;
        this.jobs = [];
        this.pending = 0;
      }
      /**
       * Adds a job to the queue.
       *
       * @param {Function} job The job to run
       * @public
       */
      add(job) {
        this.jobs.push(job);
        this[kRun]();
      }
      /**
       * Removes a job from the queue and runs it if possible.
       *
       * @private
       */
      [kRun]() {
        if (this.pending === this.concurrency) return;
        if (this.jobs.length) {
          const job = this.jobs.shift();
          this.pending++;
          job(this[kDone]);
        }
      }
    };
    module.exports = Limiter;
  }
});

// node_modules/ws/lib/permessage-deflate.js
var require_permessage_deflate = __commonJS({
  "node_modules/ws/lib/permessage-deflate.js"(exports, module) {
    "use strict";
    var zlib = __require("zlib");
    var bufferUtil = require_buffer_util();
    var Limiter = require_limiter();
    var { kStatusCode } = require_constants();
    var FastBuffer = Buffer[Symbol.species];
    var TRAILER = Buffer.from([0, 0, 255, 255]);
    var kPerMessageDeflate = /* @__PURE__ */ Symbol("permessage-deflate");
    var kTotalLength = /* @__PURE__ */ Symbol("total-length");
    var kCallback = /* @__PURE__ */ Symbol("callback");
    var kBuffers = /* @__PURE__ */ Symbol("buffers");
    var kError = /* @__PURE__ */ Symbol("error");
    var zlibLimiter;
    var PerMessageDeflate2 = class {
      /**
       * Creates a PerMessageDeflate instance.
       *
       * @param {Object} [options] Configuration options
       * @param {(Boolean|Number)} [options.clientMaxWindowBits] Advertise support
       *     for, or request, a custom client window size
       * @param {Boolean} [options.clientNoContextTakeover=false] Advertise/
       *     acknowledge disabling of client context takeover
       * @param {Number} [options.concurrencyLimit=10] The number of concurrent
       *     calls to zlib
       * @param {Boolean} [options.isServer=false] Create the instance in either
       *     server or client mode
       * @param {Number} [options.maxPayload=0] The maximum allowed message length
       * @param {(Boolean|Number)} [options.serverMaxWindowBits] Request/confirm the
       *     use of a custom server window size
       * @param {Boolean} [options.serverNoContextTakeover=false] Request/accept
       *     disabling of server context takeover
       * @param {Number} [options.threshold=1024] Size (in bytes) below which
       *     messages should not be compressed if context takeover is disabled
       * @param {Object} [options.zlibDeflateOptions] Options to pass to zlib on
       *     deflate
       * @param {Object} [options.zlibInflateOptions] Options to pass to zlib on
       *     inflate
       */
      constructor(options) {
        this._options = options || {};
        this._threshold = this._options.threshold !== void 0 ? this._options.threshold : 1024;
        this._maxPayload = this._options.maxPayload | 0;
        this._isServer = !!this._options.isServer;
        this._deflate = null;
        this._inflate = null;
        this.params = null;
        if (!zlibLimiter) {
          const concurrency = this._options.concurrencyLimit !== void 0 ? this._options.concurrencyLimit : 10;
          zlibLimiter = new Limiter(concurrency);
        }
      }
      /**
       * @type {String}
       */
      static get extensionName() {
        return "permessage-deflate";
      }
      /**
       * Create an extension negotiation offer.
       *
       * @return {Object} Extension parameters
       * @public
       */
      offer() {
        const params = {};
        if (this._options.serverNoContextTakeover) {
          params.server_no_context_takeover = true;
        }
        if (this._options.clientNoContextTakeover) {
          params.client_no_context_takeover = true;
        }
        if (this._options.serverMaxWindowBits) {
          params.server_max_window_bits = this._options.serverMaxWindowBits;
        }
        if (this._options.clientMaxWindowBits) {
          params.client_max_window_bits = this._options.clientMaxWindowBits;
        } else if (this._options.clientMaxWindowBits == null) {
          params.client_max_window_bits = true;
        }
        return params;
      }
      /**
       * Accept an extension negotiation offer/response.
       *
       * @param {Array} configurations The extension negotiation offers/reponse
       * @return {Object} Accepted configuration
       * @public
       */
      accept(configurations) {
        configurations = this.normalizeParams(configurations);
        this.params = this._isServer ? this.acceptAsServer(configurations) : this.acceptAsClient(configurations);
        return this.params;
      }
      /**
       * Releases all resources used by the extension.
       *
       * @public
       */
      cleanup() {
        if (this._inflate) {
          this._inflate.close();
          this._inflate = null;
        }
        if (this._deflate) {
          const callback = this._deflate[kCallback];
          this._deflate.close();
          this._deflate = null;
          if (callback) {
            callback(
              new Error(
                "The deflate stream was closed while data was being processed"
              )
            );
          }
        }
      }
      /**
       *  Accept an extension negotiation offer.
       *
       * @param {Array} offers The extension negotiation offers
       * @return {Object} Accepted configuration
       * @private
       */
      acceptAsServer(offers) {
        const opts = this._options;
        const accepted = offers.find((params) => {
          if (opts.serverNoContextTakeover === false && params.server_no_context_takeover || params.server_max_window_bits && (opts.serverMaxWindowBits === false || typeof opts.serverMaxWindowBits === "number" && opts.serverMaxWindowBits > params.server_max_window_bits) || typeof opts.clientMaxWindowBits === "number" && (typeof params.client_max_window_bits === "number" ? opts.clientMaxWindowBits > params.client_max_window_bits : !params.client_max_window_bits)) {
            return false;
          }
          return true;
        });
        if (!accepted) {
          throw new Error("None of the extension offers can be accepted");
        }
        if (opts.serverNoContextTakeover) {
          accepted.server_no_context_takeover = true;
        }
        if (opts.clientNoContextTakeover) {
          accepted.client_no_context_takeover = true;
        }
        if (typeof opts.serverMaxWindowBits === "number") {
          accepted.server_max_window_bits = opts.serverMaxWindowBits;
        }
        if (typeof opts.clientMaxWindowBits === "number") {
          accepted.client_max_window_bits = opts.clientMaxWindowBits;
        } else if (accepted.client_max_window_bits === true || opts.clientMaxWindowBits === false) {
          delete accepted.client_max_window_bits;
        }
        return accepted;
      }
      /**
       * Accept the extension negotiation response.
       *
       * @param {Array} response The extension negotiation response
       * @return {Object} Accepted configuration
       * @private
       */
      acceptAsClient(response) {
        const params = response[0];
        if (this._options.clientNoContextTakeover === false && params.client_no_context_takeover) {
          throw new Error('Unexpected parameter "client_no_context_takeover"');
        }
        if (!params.client_max_window_bits) {
          if (typeof this._options.clientMaxWindowBits === "number") {
            params.client_max_window_bits = this._options.clientMaxWindowBits;
          }
        } else if (this._options.clientMaxWindowBits === false || typeof this._options.clientMaxWindowBits === "number" && params.client_max_window_bits > this._options.clientMaxWindowBits) {
          throw new Error(
            'Unexpected or invalid parameter "client_max_window_bits"'
          );
        }
        return params;
      }
      /**
       * Normalize parameters.
       *
       * @param {Array} configurations The extension negotiation offers/reponse
       * @return {Array} The offers/response with normalized parameters
       * @private
       */
      normalizeParams(configurations) {
        configurations.forEach((params) => {
          Object.keys(params).forEach((key) => {
            let value = params[key];
            if (value.length > 1) {
              throw new Error(`Parameter "${key}" must have only a single value`);
            }
            value = value[0];
            if (key === "client_max_window_bits") {
              if (value !== true) {
                const num = +value;
                if (!Number.isInteger(num) || num < 8 || num > 15) {
                  throw new TypeError(
                    `Invalid value for parameter "${key}": ${value}`
                  );
                }
                value = num;
              } else if (!this._isServer) {
                throw new TypeError(
                  `Invalid value for parameter "${key}": ${value}`
                );
              }
            } else if (key === "server_max_window_bits") {
              const num = +value;
              if (!Number.isInteger(num) || num < 8 || num > 15) {
                throw new TypeError(
                  `Invalid value for parameter "${key}": ${value}`
                );
              }
              value = num;
            } else if (key === "client_no_context_takeover" || key === "server_no_context_takeover") {
              if (value !== true) {
                throw new TypeError(
                  `Invalid value for parameter "${key}": ${value}`
                );
              }
            } else {
              throw new Error(`Unknown parameter "${key}"`);
            }
            params[key] = value;
          });
        });
        return configurations;
      }
      /**
       * Decompress data. Concurrency limited.
       *
       * @param {Buffer} data Compressed data
       * @param {Boolean} fin Specifies whether or not this is the last fragment
       * @param {Function} callback Callback
       * @public
       */
      decompress(data, fin, callback) {
        zlibLimiter.add((done) => {
          this._decompress(data, fin, (err, result) => {
            done();
            callback(err, result);
          });
        });
      }
      /**
       * Compress data. Concurrency limited.
       *
       * @param {(Buffer|String)} data Data to compress
       * @param {Boolean} fin Specifies whether or not this is the last fragment
       * @param {Function} callback Callback
       * @public
       */
      compress(data, fin, callback) {
        zlibLimiter.add((done) => {
          this._compress(data, fin, (err, result) => {
            done();
            callback(err, result);
          });
        });
      }
      /**
       * Decompress data.
       *
       * @param {Buffer} data Compressed data
       * @param {Boolean} fin Specifies whether or not this is the last fragment
       * @param {Function} callback Callback
       * @private
       */
      _decompress(data, fin, callback) {
        const endpoint = this._isServer ? "client" : "server";
        if (!this._inflate) {
          const key = `${endpoint}_max_window_bits`;
          const windowBits = typeof this.params[key] !== "number" ? zlib.Z_DEFAULT_WINDOWBITS : this.params[key];
          this._inflate = zlib.createInflateRaw({
            ...this._options.zlibInflateOptions,
            windowBits
          });
          this._inflate[kPerMessageDeflate] = this;
          this._inflate[kTotalLength] = 0;
          this._inflate[kBuffers] = [];
          this._inflate.on("error", inflateOnError);
          this._inflate.on("data", inflateOnData);
        }
        this._inflate[kCallback] = callback;
        this._inflate.write(data);
        if (fin) this._inflate.write(TRAILER);
        this._inflate.flush(() => {
          const err = this._inflate[kError];
          if (err) {
            this._inflate.close();
            this._inflate = null;
            callback(err);
            return;
          }
          const data2 = bufferUtil.concat(
            this._inflate[kBuffers],
            this._inflate[kTotalLength]
          );
          if (this._inflate._readableState.endEmitted) {
            this._inflate.close();
            this._inflate = null;
          } else {
            this._inflate[kTotalLength] = 0;
            this._inflate[kBuffers] = [];
            if (fin && this.params[`${endpoint}_no_context_takeover`]) {
              this._inflate.reset();
            }
          }
          callback(null, data2);
        });
      }
      /**
       * Compress data.
       *
       * @param {(Buffer|String)} data Data to compress
       * @param {Boolean} fin Specifies whether or not this is the last fragment
       * @param {Function} callback Callback
       * @private
       */
      _compress(data, fin, callback) {
        const endpoint = this._isServer ? "server" : "client";
        if (!this._deflate) {
          const key = `${endpoint}_max_window_bits`;
          const windowBits = typeof this.params[key] !== "number" ? zlib.Z_DEFAULT_WINDOWBITS : this.params[key];
          this._deflate = zlib.createDeflateRaw({
            ...this._options.zlibDeflateOptions,
            windowBits
          });
          this._deflate[kTotalLength] = 0;
          this._deflate[kBuffers] = [];
          this._deflate.on("data", deflateOnData);
        }
        this._deflate[kCallback] = callback;
        this._deflate.write(data);
        this._deflate.flush(zlib.Z_SYNC_FLUSH, () => {
          if (!this._deflate) {
            return;
          }
          let data2 = bufferUtil.concat(
            this._deflate[kBuffers],
            this._deflate[kTotalLength]
          );
          if (fin) {
            data2 = new FastBuffer(data2.buffer, data2.byteOffset, data2.length - 4);
          }
          this._deflate[kCallback] = null;
          this._deflate[kTotalLength] = 0;
          this._deflate[kBuffers] = [];
          if (fin && this.params[`${endpoint}_no_context_takeover`]) {
            this._deflate.reset();
          }
          callback(null, data2);
        });
      }
    };
    module.exports = PerMessageDeflate2;
    function deflateOnData(chunk) {
      this[kBuffers].push(chunk);
      this[kTotalLength] += chunk.length;
    }
    function inflateOnData(chunk) {
      this[kTotalLength] += chunk.length;
      if (this[kPerMessageDeflate]._maxPayload < 1 || this[kTotalLength] <= this[kPerMessageDeflate]._maxPayload) {
        this[kBuffers].push(chunk);
        return;
      }
      this[kError] = new RangeError("Max payload size exceeded");
      this[kError].code = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
      this[kError][kStatusCode] = 1009;
      this.removeListener("data", inflateOnData);
      this.reset();
    }
    function inflateOnError(err) {
      this[kPerMessageDeflate]._inflate = null;
      if (this[kError]) {
        this[kCallback](this[kError]);
        return;
      }
      err[kStatusCode] = 1007;
      this[kCallback](err);
    }
  }
});

// node_modules/ws/lib/validation.js
var require_validation = __commonJS({
  "node_modules/ws/lib/validation.js"(exports, module) {
    "use strict";
    var { isUtf8 } = __require("buffer");
    var { hasBlob } = require_constants();
    var tokenChars = [
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      // 0 - 15
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      // 16 - 31
      0,
      1,
      0,
      1,
      1,
      1,
      1,
      1,
      0,
      0,
      1,
      1,
      0,
      1,
      1,
      0,
      // 32 - 47
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      0,
      0,
      0,
      0,
      0,
      0,
      // 48 - 63
      0,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      // 64 - 79
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      0,
      0,
      0,
      1,
      1,
      // 80 - 95
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      // 96 - 111
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      0,
      1,
      0,
      1,
      0
      // 112 - 127
    ];
    function isValidStatusCode(code) {
      return code >= 1e3 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006 || code >= 3e3 && code <= 4999;
    }
    function _isValidUTF8(buf) {
      const len = buf.length;
      let i = 0;
      while (i < len) {
        if ((buf[i] & 128) === 0) {
          i++;
        } else if ((buf[i] & 224) === 192) {
          if (i + 1 === len || (buf[i + 1] & 192) !== 128 || (buf[i] & 254) === 192) {
            return false;
          }
          i += 2;
        } else if ((buf[i] & 240) === 224) {
          if (i + 2 >= len || (buf[i + 1] & 192) !== 128 || (buf[i + 2] & 192) !== 128 || buf[i] === 224 && (buf[i + 1] & 224) === 128 || // Overlong
          buf[i] === 237 && (buf[i + 1] & 224) === 160) {
            return false;
          }
          i += 3;
        } else if ((buf[i] & 248) === 240) {
          if (i + 3 >= len || (buf[i + 1] & 192) !== 128 || (buf[i + 2] & 192) !== 128 || (buf[i + 3] & 192) !== 128 || buf[i] === 240 && (buf[i + 1] & 240) === 128 || // Overlong
          buf[i] === 244 && buf[i + 1] > 143 || buf[i] > 244) {
            return false;
          }
          i += 4;
        } else {
          return false;
        }
      }
      return true;
    }
    function isBlob(value) {
      return hasBlob && typeof value === "object" && typeof value.arrayBuffer === "function" && typeof value.type === "string" && typeof value.stream === "function" && (value[Symbol.toStringTag] === "Blob" || value[Symbol.toStringTag] === "File");
    }
    module.exports = {
      isBlob,
      isValidStatusCode,
      isValidUTF8: _isValidUTF8,
      tokenChars
    };
    if (isUtf8) {
      module.exports.isValidUTF8 = function(buf) {
        return buf.length < 24 ? _isValidUTF8(buf) : isUtf8(buf);
      };
    } else if (!process.env.WS_NO_UTF_8_VALIDATE) {
      try {
        const isValidUTF8 = __require("utf-8-validate");
        module.exports.isValidUTF8 = function(buf) {
          return buf.length < 32 ? _isValidUTF8(buf) : isValidUTF8(buf);
        };
      } catch (e) {
      }
    }
  }
});

// node_modules/ws/lib/receiver.js
var require_receiver = __commonJS({
  "node_modules/ws/lib/receiver.js"(exports, module) {
    "use strict";
    var { Writable } = __require("stream");
    var PerMessageDeflate2 = require_permessage_deflate();
    var {
      BINARY_TYPES,
      EMPTY_BUFFER,
      kStatusCode,
      kWebSocket
    } = require_constants();
    var { concat, toArrayBuffer, unmask } = require_buffer_util();
    var { isValidStatusCode, isValidUTF8 } = require_validation();
    var FastBuffer = Buffer[Symbol.species];
    var GET_INFO = 0;
    var GET_PAYLOAD_LENGTH_16 = 1;
    var GET_PAYLOAD_LENGTH_64 = 2;
    var GET_MASK = 3;
    var GET_DATA = 4;
    var INFLATING = 5;
    var DEFER_EVENT = 6;
    var Receiver2 = class extends Writable {
      /**
       * Creates a Receiver instance.
       *
       * @param {Object} [options] Options object
       * @param {Boolean} [options.allowSynchronousEvents=true] Specifies whether
       *     any of the `'message'`, `'ping'`, and `'pong'` events can be emitted
       *     multiple times in the same tick
       * @param {String} [options.binaryType=nodebuffer] The type for binary data
       * @param {Object} [options.extensions] An object containing the negotiated
       *     extensions
       * @param {Boolean} [options.isServer=false] Specifies whether to operate in
       *     client or server mode
       * @param {Number} [options.maxBufferedChunks=0] The maximum number of
       *     buffered data chunks
       * @param {Number} [options.maxFragments=0] The maximum number of message
       *     fragments
       * @param {Number} [options.maxPayload=0] The maximum allowed message length
       * @param {Boolean} [options.skipUTF8Validation=false] Specifies whether or
       *     not to skip UTF-8 validation for text and close messages
       */
      constructor(options = {}) {
        super();
        this._allowSynchronousEvents = options.allowSynchronousEvents !== void 0 ? options.allowSynchronousEvents : true;
        this._binaryType = options.binaryType || BINARY_TYPES[0];
        this._extensions = options.extensions || {};
        this._isServer = !!options.isServer;
        this._maxBufferedChunks = options.maxBufferedChunks | 0;
        this._maxFragments = options.maxFragments | 0;
        this._maxPayload = options.maxPayload | 0;
        this._skipUTF8Validation = !!options.skipUTF8Validation;
        this[kWebSocket] = void 0;
        this._bufferedBytes = 0;
        this._buffers = [];
        this._compressed = false;
        this._payloadLength = 0;
        this._mask = void 0;
        this._fragmented = 0;
        this._masked = false;
        this._fin = false;
        this._opcode = 0;
        this._totalPayloadLength = 0;
        this._messageLength = 0;
        this._numFragments = 0;
        this._fragments = [];
        this._errored = false;
        this._loop = false;
        this._state = GET_INFO;
      }
      /**
       * Implements `Writable.prototype._write()`.
       *
       * @param {Buffer} chunk The chunk of data to write
       * @param {String} encoding The character encoding of `chunk`
       * @param {Function} cb Callback
       * @private
       */
      _write(chunk, encoding, cb) {
        if (this._opcode === 8 && this._state == GET_INFO) return cb();
        if (this._maxBufferedChunks > 0 && this._buffers.length >= this._maxBufferedChunks) {
          cb(
            this.createError(
              RangeError,
              "Too many buffered chunks",
              false,
              1008,
              "WS_ERR_TOO_MANY_BUFFERED_PARTS"
            )
          );
          return;
        }
        this._bufferedBytes += chunk.length;
        this._buffers.push(chunk);
        this.startLoop(cb);
      }
      /**
       * Consumes `n` bytes from the buffered data.
       *
       * @param {Number} n The number of bytes to consume
       * @return {Buffer} The consumed bytes
       * @private
       */
      consume(n) {
        this._bufferedBytes -= n;
        if (n === this._buffers[0].length) return this._buffers.shift();
        if (n < this._buffers[0].length) {
          const buf = this._buffers[0];
          this._buffers[0] = new FastBuffer(
            buf.buffer,
            buf.byteOffset + n,
            buf.length - n
          );
          return new FastBuffer(buf.buffer, buf.byteOffset, n);
        }
        const dst = Buffer.allocUnsafe(n);
        do {
          const buf = this._buffers[0];
          const offset = dst.length - n;
          if (n >= buf.length) {
            dst.set(this._buffers.shift(), offset);
          } else {
            dst.set(new Uint8Array(buf.buffer, buf.byteOffset, n), offset);
            this._buffers[0] = new FastBuffer(
              buf.buffer,
              buf.byteOffset + n,
              buf.length - n
            );
          }
          n -= buf.length;
        } while (n > 0);
        return dst;
      }
      /**
       * Starts the parsing loop.
       *
       * @param {Function} cb Callback
       * @private
       */
      startLoop(cb) {
        this._loop = true;
        do {
          switch (this._state) {
            case GET_INFO:
              this.getInfo(cb);
              break;
            case GET_PAYLOAD_LENGTH_16:
              this.getPayloadLength16(cb);
              break;
            case GET_PAYLOAD_LENGTH_64:
              this.getPayloadLength64(cb);
              break;
            case GET_MASK:
              this.getMask();
              break;
            case GET_DATA:
              this.getData(cb);
              break;
            case INFLATING:
            case DEFER_EVENT:
              this._loop = false;
              return;
          }
        } while (this._loop);
        if (!this._errored) cb();
      }
      /**
       * Reads the first two bytes of a frame.
       *
       * @param {Function} cb Callback
       * @private
       */
      getInfo(cb) {
        if (this._bufferedBytes < 2) {
          this._loop = false;
          return;
        }
        const buf = this.consume(2);
        if ((buf[0] & 48) !== 0) {
          const error = this.createError(
            RangeError,
            "RSV2 and RSV3 must be clear",
            true,
            1002,
            "WS_ERR_UNEXPECTED_RSV_2_3"
          );
          cb(error);
          return;
        }
        const compressed = (buf[0] & 64) === 64;
        if (compressed && !this._extensions[PerMessageDeflate2.extensionName]) {
          const error = this.createError(
            RangeError,
            "RSV1 must be clear",
            true,
            1002,
            "WS_ERR_UNEXPECTED_RSV_1"
          );
          cb(error);
          return;
        }
        this._fin = (buf[0] & 128) === 128;
        this._opcode = buf[0] & 15;
        this._payloadLength = buf[1] & 127;
        if (this._opcode === 0) {
          if (compressed) {
            const error = this.createError(
              RangeError,
              "RSV1 must be clear",
              true,
              1002,
              "WS_ERR_UNEXPECTED_RSV_1"
            );
            cb(error);
            return;
          }
          if (!this._fragmented) {
            const error = this.createError(
              RangeError,
              "invalid opcode 0",
              true,
              1002,
              "WS_ERR_INVALID_OPCODE"
            );
            cb(error);
            return;
          }
          this._opcode = this._fragmented;
        } else if (this._opcode === 1 || this._opcode === 2) {
          if (this._fragmented) {
            const error = this.createError(
              RangeError,
              `invalid opcode ${this._opcode}`,
              true,
              1002,
              "WS_ERR_INVALID_OPCODE"
            );
            cb(error);
            return;
          }
          this._compressed = compressed;
        } else if (this._opcode > 7 && this._opcode < 11) {
          if (!this._fin) {
            const error = this.createError(
              RangeError,
              "FIN must be set",
              true,
              1002,
              "WS_ERR_EXPECTED_FIN"
            );
            cb(error);
            return;
          }
          if (compressed) {
            const error = this.createError(
              RangeError,
              "RSV1 must be clear",
              true,
              1002,
              "WS_ERR_UNEXPECTED_RSV_1"
            );
            cb(error);
            return;
          }
          if (this._payloadLength > 125 || this._opcode === 8 && this._payloadLength === 1) {
            const error = this.createError(
              RangeError,
              `invalid payload length ${this._payloadLength}`,
              true,
              1002,
              "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"
            );
            cb(error);
            return;
          }
        } else {
          const error = this.createError(
            RangeError,
            `invalid opcode ${this._opcode}`,
            true,
            1002,
            "WS_ERR_INVALID_OPCODE"
          );
          cb(error);
          return;
        }
        if (!this._fin && !this._fragmented) this._fragmented = this._opcode;
        this._masked = (buf[1] & 128) === 128;
        if (this._isServer) {
          if (!this._masked) {
            const error = this.createError(
              RangeError,
              "MASK must be set",
              true,
              1002,
              "WS_ERR_EXPECTED_MASK"
            );
            cb(error);
            return;
          }
        } else if (this._masked) {
          const error = this.createError(
            RangeError,
            "MASK must be clear",
            true,
            1002,
            "WS_ERR_UNEXPECTED_MASK"
          );
          cb(error);
          return;
        }
        if (this._payloadLength === 126) this._state = GET_PAYLOAD_LENGTH_16;
        else if (this._payloadLength === 127) this._state = GET_PAYLOAD_LENGTH_64;
        else this.haveLength(cb);
      }
      /**
       * Gets extended payload length (7+16).
       *
       * @param {Function} cb Callback
       * @private
       */
      getPayloadLength16(cb) {
        if (this._bufferedBytes < 2) {
          this._loop = false;
          return;
        }
        this._payloadLength = this.consume(2).readUInt16BE(0);
        this.haveLength(cb);
      }
      /**
       * Gets extended payload length (7+64).
       *
       * @param {Function} cb Callback
       * @private
       */
      getPayloadLength64(cb) {
        if (this._bufferedBytes < 8) {
          this._loop = false;
          return;
        }
        const buf = this.consume(8);
        const num = buf.readUInt32BE(0);
        if (num > Math.pow(2, 53 - 32) - 1) {
          const error = this.createError(
            RangeError,
            "Unsupported WebSocket frame: payload length > 2^53 - 1",
            false,
            1009,
            "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"
          );
          cb(error);
          return;
        }
        this._payloadLength = num * Math.pow(2, 32) + buf.readUInt32BE(4);
        this.haveLength(cb);
      }
      /**
       * Payload length has been read.
       *
       * @param {Function} cb Callback
       * @private
       */
      haveLength(cb) {
        if (this._payloadLength && this._opcode < 8) {
          this._totalPayloadLength += this._payloadLength;
          if (this._totalPayloadLength > this._maxPayload && this._maxPayload > 0) {
            const error = this.createError(
              RangeError,
              "Max payload size exceeded",
              false,
              1009,
              "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"
            );
            cb(error);
            return;
          }
        }
        if (this._masked) this._state = GET_MASK;
        else this._state = GET_DATA;
      }
      /**
       * Reads mask bytes.
       *
       * @private
       */
      getMask() {
        if (this._bufferedBytes < 4) {
          this._loop = false;
          return;
        }
        this._mask = this.consume(4);
        this._state = GET_DATA;
      }
      /**
       * Reads data bytes.
       *
       * @param {Function} cb Callback
       * @private
       */
      getData(cb) {
        let data = EMPTY_BUFFER;
        if (this._payloadLength) {
          if (this._bufferedBytes < this._payloadLength) {
            this._loop = false;
            return;
          }
          data = this.consume(this._payloadLength);
          if (this._masked && (this._mask[0] | this._mask[1] | this._mask[2] | this._mask[3]) !== 0) {
            unmask(data, this._mask);
          }
        }
        this._mask = void 0;
        if (this._opcode > 7) {
          this.controlMessage(data, cb);
          return;
        }
        if (this._maxFragments > 0 && ++this._numFragments > this._maxFragments) {
          const error = this.createError(
            RangeError,
            "Too many message fragments",
            false,
            1008,
            "WS_ERR_TOO_MANY_BUFFERED_PARTS"
          );
          cb(error);
          return;
        }
        if (this._compressed) {
          this._state = INFLATING;
          this.decompress(data, cb);
          return;
        }
        if (data.length) {
          this._messageLength = this._totalPayloadLength;
          this._fragments.push(data);
        }
        this.dataMessage(cb);
      }
      /**
       * Decompresses data.
       *
       * @param {Buffer} data Compressed data
       * @param {Function} cb Callback
       * @private
       */
      decompress(data, cb) {
        const perMessageDeflate = this._extensions[PerMessageDeflate2.extensionName];
        perMessageDeflate.decompress(data, this._fin, (err, buf) => {
          if (err) return cb(err);
          if (buf.length) {
            this._messageLength += buf.length;
            if (this._messageLength > this._maxPayload && this._maxPayload > 0) {
              const error = this.createError(
                RangeError,
                "Max payload size exceeded",
                false,
                1009,
                "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"
              );
              cb(error);
              return;
            }
            this._fragments.push(buf);
          }
          this.dataMessage(cb);
          if (this._state === GET_INFO) this.startLoop(cb);
        });
      }
      /**
       * Handles a data message.
       *
       * @param {Function} cb Callback
       * @private
       */
      dataMessage(cb) {
        if (!this._fin) {
          this._state = GET_INFO;
          return;
        }
        const messageLength = this._messageLength;
        const fragments = this._fragments;
        this._totalPayloadLength = 0;
        this._messageLength = 0;
        this._fragmented = 0;
        this._numFragments = 0;
        this._fragments = [];
        if (this._opcode === 2) {
          let data;
          if (this._binaryType === "nodebuffer") {
            data = concat(fragments, messageLength);
          } else if (this._binaryType === "arraybuffer") {
            data = toArrayBuffer(concat(fragments, messageLength));
          } else if (this._binaryType === "blob") {
            data = new Blob(fragments);
          } else {
            data = fragments;
          }
          if (this._allowSynchronousEvents) {
            this.emit("message", data, true);
            this._state = GET_INFO;
          } else {
            this._state = DEFER_EVENT;
            setImmediate(() => {
              this.emit("message", data, true);
              this._state = GET_INFO;
              this.startLoop(cb);
            });
          }
        } else {
          const buf = concat(fragments, messageLength);
          if (!this._skipUTF8Validation && !isValidUTF8(buf)) {
            const error = this.createError(
              Error,
              "invalid UTF-8 sequence",
              true,
              1007,
              "WS_ERR_INVALID_UTF8"
            );
            cb(error);
            return;
          }
          if (this._state === INFLATING || this._allowSynchronousEvents) {
            this.emit("message", buf, false);
            this._state = GET_INFO;
          } else {
            this._state = DEFER_EVENT;
            setImmediate(() => {
              this.emit("message", buf, false);
              this._state = GET_INFO;
              this.startLoop(cb);
            });
          }
        }
      }
      /**
       * Handles a control message.
       *
       * @param {Buffer} data Data to handle
       * @return {(Error|RangeError|undefined)} A possible error
       * @private
       */
      controlMessage(data, cb) {
        if (this._opcode === 8) {
          if (data.length === 0) {
            this._loop = false;
            this.emit("conclude", 1005, EMPTY_BUFFER);
            this.end();
          } else {
            const code = data.readUInt16BE(0);
            if (!isValidStatusCode(code)) {
              const error = this.createError(
                RangeError,
                `invalid status code ${code}`,
                true,
                1002,
                "WS_ERR_INVALID_CLOSE_CODE"
              );
              cb(error);
              return;
            }
            const buf = new FastBuffer(
              data.buffer,
              data.byteOffset + 2,
              data.length - 2
            );
            if (!this._skipUTF8Validation && !isValidUTF8(buf)) {
              const error = this.createError(
                Error,
                "invalid UTF-8 sequence",
                true,
                1007,
                "WS_ERR_INVALID_UTF8"
              );
              cb(error);
              return;
            }
            this._loop = false;
            this.emit("conclude", code, buf);
            this.end();
          }
          this._state = GET_INFO;
          return;
        }
        if (this._allowSynchronousEvents) {
          this.emit(this._opcode === 9 ? "ping" : "pong", data);
          this._state = GET_INFO;
        } else {
          this._state = DEFER_EVENT;
          setImmediate(() => {
            this.emit(this._opcode === 9 ? "ping" : "pong", data);
            this._state = GET_INFO;
            this.startLoop(cb);
          });
        }
      }
      /**
       * Builds an error object.
       *
       * @param {function(new:Error|RangeError)} ErrorCtor The error constructor
       * @param {String} message The error message
       * @param {Boolean} prefix Specifies whether or not to add a default prefix to
       *     `message`
       * @param {Number} statusCode The status code
       * @param {String} errorCode The exposed error code
       * @return {(Error|RangeError)} The error
       * @private
       */
      createError(ErrorCtor, message, prefix, statusCode, errorCode) {
        this._loop = false;
        this._errored = true;
        const err = new ErrorCtor(
          prefix ? `Invalid WebSocket frame: ${message}` : message
        );
        Error.captureStackTrace(err, this.createError);
        err.code = errorCode;
        err[kStatusCode] = statusCode;
        return err;
      }
    };
    module.exports = Receiver2;
  }
});

// node_modules/ws/lib/sender.js
var require_sender = __commonJS({
  "node_modules/ws/lib/sender.js"(exports, module) {
    "use strict";
    var { Duplex } = __require("stream");
    var { randomFillSync } = __require("crypto");
    var {
      types: { isUint8Array }
    } = __require("util");
    var PerMessageDeflate2 = require_permessage_deflate();
    var { EMPTY_BUFFER, kWebSocket, NOOP } = require_constants();
    var { isBlob, isValidStatusCode } = require_validation();
    var { mask: applyMask, toBuffer } = require_buffer_util();
    var kByteLength = /* @__PURE__ */ Symbol("kByteLength");
    var maskBuffer = Buffer.alloc(4);
    var RANDOM_POOL_SIZE = 8 * 1024;
    var randomPool;
    var randomPoolPointer = RANDOM_POOL_SIZE;
    var DEFAULT = 0;
    var DEFLATING = 1;
    var GET_BLOB_DATA = 2;
    var Sender2 = class _Sender {
      /**
       * Creates a Sender instance.
       *
       * @param {Duplex} socket The connection socket
       * @param {Object} [extensions] An object containing the negotiated extensions
       * @param {Function} [generateMask] The function used to generate the masking
       *     key
       */
      constructor(socket, extensions, generateMask) {
        this._extensions = extensions || {};
        if (generateMask) {
          this._generateMask = generateMask;
          this._maskBuffer = Buffer.alloc(4);
        }
        this._socket = socket;
        this._firstFragment = true;
        this._compress = false;
        this._bufferedBytes = 0;
        this._queue = [];
        this._state = DEFAULT;
        this.onerror = NOOP;
        this[kWebSocket] = void 0;
      }
      /**
       * Frames a piece of data according to the HyBi WebSocket protocol.
       *
       * @param {(Buffer|String)} data The data to frame
       * @param {Object} options Options object
       * @param {Boolean} [options.fin=false] Specifies whether or not to set the
       *     FIN bit
       * @param {Function} [options.generateMask] The function used to generate the
       *     masking key
       * @param {Boolean} [options.mask=false] Specifies whether or not to mask
       *     `data`
       * @param {Buffer} [options.maskBuffer] The buffer used to store the masking
       *     key
       * @param {Number} options.opcode The opcode
       * @param {Boolean} [options.readOnly=false] Specifies whether `data` can be
       *     modified
       * @param {Boolean} [options.rsv1=false] Specifies whether or not to set the
       *     RSV1 bit
       * @return {(Buffer|String)[]} The framed data
       * @public
       */
      static frame(data, options) {
        let mask;
        let merge = false;
        let offset = 2;
        let skipMasking = false;
        if (options.mask) {
          mask = options.maskBuffer || maskBuffer;
          if (options.generateMask) {
            options.generateMask(mask);
          } else {
            if (randomPoolPointer === RANDOM_POOL_SIZE) {
              if (randomPool === void 0) {
                randomPool = Buffer.alloc(RANDOM_POOL_SIZE);
              }
              randomFillSync(randomPool, 0, RANDOM_POOL_SIZE);
              randomPoolPointer = 0;
            }
            mask[0] = randomPool[randomPoolPointer++];
            mask[1] = randomPool[randomPoolPointer++];
            mask[2] = randomPool[randomPoolPointer++];
            mask[3] = randomPool[randomPoolPointer++];
          }
          skipMasking = (mask[0] | mask[1] | mask[2] | mask[3]) === 0;
          offset = 6;
        }
        let dataLength;
        if (typeof data === "string") {
          if ((!options.mask || skipMasking) && options[kByteLength] !== void 0) {
            dataLength = options[kByteLength];
          } else {
            data = Buffer.from(data);
            dataLength = data.length;
          }
        } else {
          dataLength = data.length;
          merge = options.mask && options.readOnly && !skipMasking;
        }
        let payloadLength = dataLength;
        if (dataLength >= 65536) {
          offset += 8;
          payloadLength = 127;
        } else if (dataLength > 125) {
          offset += 2;
          payloadLength = 126;
        }
        const target = Buffer.allocUnsafe(merge ? dataLength + offset : offset);
        target[0] = options.fin ? options.opcode | 128 : options.opcode;
        if (options.rsv1) target[0] |= 64;
        target[1] = payloadLength;
        if (payloadLength === 126) {
          target.writeUInt16BE(dataLength, 2);
        } else if (payloadLength === 127) {
          target[2] = target[3] = 0;
          target.writeUIntBE(dataLength, 4, 6);
        }
        if (!options.mask) {
          return dataLength ? [target, data] : [target];
        }
        target[1] |= 128;
        target[offset - 4] = mask[0];
        target[offset - 3] = mask[1];
        target[offset - 2] = mask[2];
        target[offset - 1] = mask[3];
        if (!dataLength) return [target];
        if (skipMasking) return [target, data];
        if (merge) {
          applyMask(data, mask, target, offset, dataLength);
          return [target];
        }
        applyMask(data, mask, data, 0, dataLength);
        return [target, data];
      }
      /**
       * Sends a close message to the other peer.
       *
       * @param {Number} [code] The status code component of the body
       * @param {(String|Buffer)} [data] The message component of the body
       * @param {Boolean} [mask=false] Specifies whether or not to mask the message
       * @param {Function} [cb] Callback
       * @public
       */
      close(code, data, mask, cb) {
        let buf;
        if (code === void 0) {
          buf = EMPTY_BUFFER;
        } else if (typeof code !== "number" || !isValidStatusCode(code)) {
          throw new TypeError("First argument must be a valid error code number");
        } else if (data === void 0 || !data.length) {
          buf = Buffer.allocUnsafe(2);
          buf.writeUInt16BE(code, 0);
        } else {
          const length = Buffer.byteLength(data);
          if (length > 123) {
            throw new RangeError("The message must not be greater than 123 bytes");
          }
          buf = Buffer.allocUnsafe(2 + length);
          buf.writeUInt16BE(code, 0);
          if (typeof data === "string") {
            buf.write(data, 2);
          } else if (isUint8Array(data)) {
            buf.set(data, 2);
          } else {
            throw new TypeError("Second argument must be a string or a Uint8Array");
          }
        }
        const options = {
          [kByteLength]: buf.length,
          fin: true,
          generateMask: this._generateMask,
          mask,
          maskBuffer: this._maskBuffer,
          opcode: 8,
          readOnly: false,
          rsv1: false
        };
        if (this._state !== DEFAULT) {
          this.enqueue([this.dispatch, buf, false, options, cb]);
        } else {
          this.sendFrame(_Sender.frame(buf, options), cb);
        }
      }
      /**
       * Sends a ping message to the other peer.
       *
       * @param {*} data The message to send
       * @param {Boolean} [mask=false] Specifies whether or not to mask `data`
       * @param {Function} [cb] Callback
       * @public
       */
      ping(data, mask, cb) {
        let byteLength;
        let readOnly;
        if (typeof data === "string") {
          byteLength = Buffer.byteLength(data);
          readOnly = false;
        } else if (isBlob(data)) {
          byteLength = data.size;
          readOnly = false;
        } else {
          data = toBuffer(data);
          byteLength = data.length;
          readOnly = toBuffer.readOnly;
        }
        if (byteLength > 125) {
          throw new RangeError("The data size must not be greater than 125 bytes");
        }
        const options = {
          [kByteLength]: byteLength,
          fin: true,
          generateMask: this._generateMask,
          mask,
          maskBuffer: this._maskBuffer,
          opcode: 9,
          readOnly,
          rsv1: false
        };
        if (isBlob(data)) {
          if (this._state !== DEFAULT) {
            this.enqueue([this.getBlobData, data, false, options, cb]);
          } else {
            this.getBlobData(data, false, options, cb);
          }
        } else if (this._state !== DEFAULT) {
          this.enqueue([this.dispatch, data, false, options, cb]);
        } else {
          this.sendFrame(_Sender.frame(data, options), cb);
        }
      }
      /**
       * Sends a pong message to the other peer.
       *
       * @param {*} data The message to send
       * @param {Boolean} [mask=false] Specifies whether or not to mask `data`
       * @param {Function} [cb] Callback
       * @public
       */
      pong(data, mask, cb) {
        let byteLength;
        let readOnly;
        if (typeof data === "string") {
          byteLength = Buffer.byteLength(data);
          readOnly = false;
        } else if (isBlob(data)) {
          byteLength = data.size;
          readOnly = false;
        } else {
          data = toBuffer(data);
          byteLength = data.length;
          readOnly = toBuffer.readOnly;
        }
        if (byteLength > 125) {
          throw new RangeError("The data size must not be greater than 125 bytes");
        }
        const options = {
          [kByteLength]: byteLength,
          fin: true,
          generateMask: this._generateMask,
          mask,
          maskBuffer: this._maskBuffer,
          opcode: 10,
          readOnly,
          rsv1: false
        };
        if (isBlob(data)) {
          if (this._state !== DEFAULT) {
            this.enqueue([this.getBlobData, data, false, options, cb]);
          } else {
            this.getBlobData(data, false, options, cb);
          }
        } else if (this._state !== DEFAULT) {
          this.enqueue([this.dispatch, data, false, options, cb]);
        } else {
          this.sendFrame(_Sender.frame(data, options), cb);
        }
      }
      /**
       * Sends a data message to the other peer.
       *
       * @param {*} data The message to send
       * @param {Object} options Options object
       * @param {Boolean} [options.binary=false] Specifies whether `data` is binary
       *     or text
       * @param {Boolean} [options.compress=false] Specifies whether or not to
       *     compress `data`
       * @param {Boolean} [options.fin=false] Specifies whether the fragment is the
       *     last one
       * @param {Boolean} [options.mask=false] Specifies whether or not to mask
       *     `data`
       * @param {Function} [cb] Callback
       * @public
       */
      send(data, options, cb) {
        const perMessageDeflate = this._extensions[PerMessageDeflate2.extensionName];
        let opcode = options.binary ? 2 : 1;
        let rsv1 = options.compress;
        let byteLength;
        let readOnly;
        if (typeof data === "string") {
          byteLength = Buffer.byteLength(data);
          readOnly = false;
        } else if (isBlob(data)) {
          byteLength = data.size;
          readOnly = false;
        } else {
          data = toBuffer(data);
          byteLength = data.length;
          readOnly = toBuffer.readOnly;
        }
        if (this._firstFragment) {
          this._firstFragment = false;
          if (rsv1 && perMessageDeflate && perMessageDeflate.params[perMessageDeflate._isServer ? "server_no_context_takeover" : "client_no_context_takeover"]) {
            rsv1 = byteLength >= perMessageDeflate._threshold;
          }
          this._compress = rsv1;
        } else {
          rsv1 = false;
          opcode = 0;
        }
        if (options.fin) this._firstFragment = true;
        const opts = {
          [kByteLength]: byteLength,
          fin: options.fin,
          generateMask: this._generateMask,
          mask: options.mask,
          maskBuffer: this._maskBuffer,
          opcode,
          readOnly,
          rsv1
        };
        if (isBlob(data)) {
          if (this._state !== DEFAULT) {
            this.enqueue([this.getBlobData, data, this._compress, opts, cb]);
          } else {
            this.getBlobData(data, this._compress, opts, cb);
          }
        } else if (this._state !== DEFAULT) {
          this.enqueue([this.dispatch, data, this._compress, opts, cb]);
        } else {
          this.dispatch(data, this._compress, opts, cb);
        }
      }
      /**
       * Gets the contents of a blob as binary data.
       *
       * @param {Blob} blob The blob
       * @param {Boolean} [compress=false] Specifies whether or not to compress
       *     the data
       * @param {Object} options Options object
       * @param {Boolean} [options.fin=false] Specifies whether or not to set the
       *     FIN bit
       * @param {Function} [options.generateMask] The function used to generate the
       *     masking key
       * @param {Boolean} [options.mask=false] Specifies whether or not to mask
       *     `data`
       * @param {Buffer} [options.maskBuffer] The buffer used to store the masking
       *     key
       * @param {Number} options.opcode The opcode
       * @param {Boolean} [options.readOnly=false] Specifies whether `data` can be
       *     modified
       * @param {Boolean} [options.rsv1=false] Specifies whether or not to set the
       *     RSV1 bit
       * @param {Function} [cb] Callback
       * @private
       */
      getBlobData(blob, compress, options, cb) {
        this._bufferedBytes += options[kByteLength];
        this._state = GET_BLOB_DATA;
        blob.arrayBuffer().then((arrayBuffer) => {
          if (this._socket.destroyed) {
            const err = new Error(
              "The socket was closed while the blob was being read"
            );
            process.nextTick(callCallbacks, this, err, cb);
            return;
          }
          this._bufferedBytes -= options[kByteLength];
          const data = toBuffer(arrayBuffer);
          if (!compress) {
            this._state = DEFAULT;
            this.sendFrame(_Sender.frame(data, options), cb);
            this.dequeue();
          } else {
            this.dispatch(data, compress, options, cb);
          }
        }).catch((err) => {
          process.nextTick(onError, this, err, cb);
        });
      }
      /**
       * Dispatches a message.
       *
       * @param {(Buffer|String)} data The message to send
       * @param {Boolean} [compress=false] Specifies whether or not to compress
       *     `data`
       * @param {Object} options Options object
       * @param {Boolean} [options.fin=false] Specifies whether or not to set the
       *     FIN bit
       * @param {Function} [options.generateMask] The function used to generate the
       *     masking key
       * @param {Boolean} [options.mask=false] Specifies whether or not to mask
       *     `data`
       * @param {Buffer} [options.maskBuffer] The buffer used to store the masking
       *     key
       * @param {Number} options.opcode The opcode
       * @param {Boolean} [options.readOnly=false] Specifies whether `data` can be
       *     modified
       * @param {Boolean} [options.rsv1=false] Specifies whether or not to set the
       *     RSV1 bit
       * @param {Function} [cb] Callback
       * @private
       */
      dispatch(data, compress, options, cb) {
        if (!compress) {
          this.sendFrame(_Sender.frame(data, options), cb);
          return;
        }
        const perMessageDeflate = this._extensions[PerMessageDeflate2.extensionName];
        this._bufferedBytes += options[kByteLength];
        this._state = DEFLATING;
        perMessageDeflate.compress(data, options.fin, (_, buf) => {
          if (this._socket.destroyed) {
            const err = new Error(
              "The socket was closed while data was being compressed"
            );
            callCallbacks(this, err, cb);
            return;
          }
          this._bufferedBytes -= options[kByteLength];
          this._state = DEFAULT;
          options.readOnly = false;
          this.sendFrame(_Sender.frame(buf, options), cb);
          this.dequeue();
        });
      }
      /**
       * Executes queued send operations.
       *
       * @private
       */
      dequeue() {
        while (this._state === DEFAULT && this._queue.length) {
          const params = this._queue.shift();
          this._bufferedBytes -= params[3][kByteLength];
          Reflect.apply(params[0], this, params.slice(1));
        }
      }
      /**
       * Enqueues a send operation.
       *
       * @param {Array} params Send operation parameters.
       * @private
       */
      enqueue(params) {
        this._bufferedBytes += params[3][kByteLength];
        this._queue.push(params);
      }
      /**
       * Sends a frame.
       *
       * @param {(Buffer | String)[]} list The frame to send
       * @param {Function} [cb] Callback
       * @private
       */
      sendFrame(list, cb) {
        if (list.length === 2) {
          this._socket.cork();
          this._socket.write(list[0]);
          this._socket.write(list[1], cb);
          this._socket.uncork();
        } else {
          this._socket.write(list[0], cb);
        }
      }
    };
    module.exports = Sender2;
    function callCallbacks(sender, err, cb) {
      if (typeof cb === "function") cb(err);
      for (let i = 0; i < sender._queue.length; i++) {
        const params = sender._queue[i];
        const callback = params[params.length - 1];
        if (typeof callback === "function") callback(err);
      }
    }
    function onError(sender, err, cb) {
      callCallbacks(sender, err, cb);
      sender.onerror(err);
    }
  }
});

// node_modules/ws/lib/event-target.js
var require_event_target = __commonJS({
  "node_modules/ws/lib/event-target.js"(exports, module) {
    "use strict";
    var { kForOnEventAttribute, kListener } = require_constants();
    var kCode = /* @__PURE__ */ Symbol("kCode");
    var kData = /* @__PURE__ */ Symbol("kData");
    var kError = /* @__PURE__ */ Symbol("kError");
    var kMessage = /* @__PURE__ */ Symbol("kMessage");
    var kReason = /* @__PURE__ */ Symbol("kReason");
    var kTarget = /* @__PURE__ */ Symbol("kTarget");
    var kType = /* @__PURE__ */ Symbol("kType");
    var kWasClean = /* @__PURE__ */ Symbol("kWasClean");
    var Event = class {
      /**
       * Create a new `Event`.
       *
       * @param {String} type The name of the event
       * @throws {TypeError} If the `type` argument is not specified
       */
      constructor(type) {
        this[kTarget] = null;
        this[kType] = type;
      }
      /**
       * @type {*}
       */
      get target() {
        return this[kTarget];
      }
      /**
       * @type {String}
       */
      get type() {
        return this[kType];
      }
    };
    Object.defineProperty(Event.prototype, "target", { enumerable: true });
    Object.defineProperty(Event.prototype, "type", { enumerable: true });
    var CloseEvent = class extends Event {
      /**
       * Create a new `CloseEvent`.
       *
       * @param {String} type The name of the event
       * @param {Object} [options] A dictionary object that allows for setting
       *     attributes via object members of the same name
       * @param {Number} [options.code=0] The status code explaining why the
       *     connection was closed
       * @param {String} [options.reason=''] A human-readable string explaining why
       *     the connection was closed
       * @param {Boolean} [options.wasClean=false] Indicates whether or not the
       *     connection was cleanly closed
       */
      constructor(type, options = {}) {
        super(type);
        this[kCode] = options.code === void 0 ? 0 : options.code;
        this[kReason] = options.reason === void 0 ? "" : options.reason;
        this[kWasClean] = options.wasClean === void 0 ? false : options.wasClean;
      }
      /**
       * @type {Number}
       */
      get code() {
        return this[kCode];
      }
      /**
       * @type {String}
       */
      get reason() {
        return this[kReason];
      }
      /**
       * @type {Boolean}
       */
      get wasClean() {
        return this[kWasClean];
      }
    };
    Object.defineProperty(CloseEvent.prototype, "code", { enumerable: true });
    Object.defineProperty(CloseEvent.prototype, "reason", { enumerable: true });
    Object.defineProperty(CloseEvent.prototype, "wasClean", { enumerable: true });
    var ErrorEvent = class extends Event {
      /**
       * Create a new `ErrorEvent`.
       *
       * @param {String} type The name of the event
       * @param {Object} [options] A dictionary object that allows for setting
       *     attributes via object members of the same name
       * @param {*} [options.error=null] The error that generated this event
       * @param {String} [options.message=''] The error message
       */
      constructor(type, options = {}) {
        super(type);
        this[kError] = options.error === void 0 ? null : options.error;
        this[kMessage] = options.message === void 0 ? "" : options.message;
      }
      /**
       * @type {*}
       */
      get error() {
        return this[kError];
      }
      /**
       * @type {String}
       */
      get message() {
        return this[kMessage];
      }
    };
    Object.defineProperty(ErrorEvent.prototype, "error", { enumerable: true });
    Object.defineProperty(ErrorEvent.prototype, "message", { enumerable: true });
    var MessageEvent = class extends Event {
      /**
       * Create a new `MessageEvent`.
       *
       * @param {String} type The name of the event
       * @param {Object} [options] A dictionary object that allows for setting
       *     attributes via object members of the same name
       * @param {*} [options.data=null] The message content
       */
      constructor(type, options = {}) {
        super(type);
        this[kData] = options.data === void 0 ? null : options.data;
      }
      /**
       * @type {*}
       */
      get data() {
        return this[kData];
      }
    };
    Object.defineProperty(MessageEvent.prototype, "data", { enumerable: true });
    var EventTarget = {
      /**
       * Register an event listener.
       *
       * @param {String} type A string representing the event type to listen for
       * @param {(Function|Object)} handler The listener to add
       * @param {Object} [options] An options object specifies characteristics about
       *     the event listener
       * @param {Boolean} [options.once=false] A `Boolean` indicating that the
       *     listener should be invoked at most once after being added. If `true`,
       *     the listener would be automatically removed when invoked.
       * @public
       */
      addEventListener(type, handler, options = {}) {
        for (const listener of this.listeners(type)) {
          if (!options[kForOnEventAttribute] && listener[kListener] === handler && !listener[kForOnEventAttribute]) {
            return;
          }
        }
        let wrapper;
        if (type === "message") {
          wrapper = function onMessage(data, isBinary) {
            const event = new MessageEvent("message", {
              data: isBinary ? data : data.toString()
            });
            event[kTarget] = this;
            callListener(handler, this, event);
          };
        } else if (type === "close") {
          wrapper = function onClose(code, message) {
            const event = new CloseEvent("close", {
              code,
              reason: message.toString(),
              wasClean: this._closeFrameReceived && this._closeFrameSent
            });
            event[kTarget] = this;
            callListener(handler, this, event);
          };
        } else if (type === "error") {
          wrapper = function onError(error) {
            const event = new ErrorEvent("error", {
              error,
              message: error.message
            });
            event[kTarget] = this;
            callListener(handler, this, event);
          };
        } else if (type === "open") {
          wrapper = function onOpen() {
            const event = new Event("open");
            event[kTarget] = this;
            callListener(handler, this, event);
          };
        } else {
          return;
        }
        wrapper[kForOnEventAttribute] = !!options[kForOnEventAttribute];
        wrapper[kListener] = handler;
        if (options.once) {
          this.once(type, wrapper);
        } else {
          this.on(type, wrapper);
        }
      },
      /**
       * Remove an event listener.
       *
       * @param {String} type A string representing the event type to remove
       * @param {(Function|Object)} handler The listener to remove
       * @public
       */
      removeEventListener(type, handler) {
        for (const listener of this.listeners(type)) {
          if (listener[kListener] === handler && !listener[kForOnEventAttribute]) {
            this.removeListener(type, listener);
            break;
          }
        }
      }
    };
    module.exports = {
      CloseEvent,
      ErrorEvent,
      Event,
      EventTarget,
      MessageEvent
    };
    function callListener(listener, thisArg, event) {
      if (typeof listener === "object" && listener.handleEvent) {
        listener.handleEvent.call(listener, event);
      } else {
        listener.call(thisArg, event);
      }
    }
  }
});

// node_modules/ws/lib/extension.js
var require_extension = __commonJS({
  "node_modules/ws/lib/extension.js"(exports, module) {
    "use strict";
    var { tokenChars } = require_validation();
    function push(dest, name, elem) {
      if (dest[name] === void 0) dest[name] = [elem];
      else dest[name].push(elem);
    }
    function parse2(header) {
      const offers = /* @__PURE__ */ Object.create(null);
      let params = /* @__PURE__ */ Object.create(null);
      let mustUnescape = false;
      let isEscaping = false;
      let inQuotes = false;
      let extensionName;
      let paramName;
      let start = -1;
      let code = -1;
      let end = -1;
      let i = 0;
      for (; i < header.length; i++) {
        code = header.charCodeAt(i);
        if (extensionName === void 0) {
          if (end === -1 && tokenChars[code] === 1) {
            if (start === -1) start = i;
          } else if (i !== 0 && (code === 32 || code === 9)) {
            if (end === -1 && start !== -1) end = i;
          } else if (code === 59 || code === 44) {
            if (start === -1) {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
            if (end === -1) end = i;
            const name = header.slice(start, end);
            if (code === 44) {
              push(offers, name, params);
              params = /* @__PURE__ */ Object.create(null);
            } else {
              extensionName = name;
            }
            start = end = -1;
          } else {
            throw new SyntaxError(`Unexpected character at index ${i}`);
          }
        } else if (paramName === void 0) {
          if (end === -1 && tokenChars[code] === 1) {
            if (start === -1) start = i;
          } else if (code === 32 || code === 9) {
            if (end === -1 && start !== -1) end = i;
          } else if (code === 59 || code === 44) {
            if (start === -1) {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
            if (end === -1) end = i;
            push(params, header.slice(start, end), true);
            if (code === 44) {
              push(offers, extensionName, params);
              params = /* @__PURE__ */ Object.create(null);
              extensionName = void 0;
            }
            start = end = -1;
          } else if (code === 61 && start !== -1 && end === -1) {
            paramName = header.slice(start, i);
            start = end = -1;
          } else {
            throw new SyntaxError(`Unexpected character at index ${i}`);
          }
        } else {
          if (isEscaping) {
            if (tokenChars[code] !== 1) {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
            if (start === -1) start = i;
            else if (!mustUnescape) mustUnescape = true;
            isEscaping = false;
          } else if (inQuotes) {
            if (tokenChars[code] === 1) {
              if (start === -1) start = i;
            } else if (code === 34 && start !== -1) {
              inQuotes = false;
              end = i;
            } else if (code === 92) {
              isEscaping = true;
            } else {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
          } else if (code === 34 && header.charCodeAt(i - 1) === 61) {
            inQuotes = true;
          } else if (end === -1 && tokenChars[code] === 1) {
            if (start === -1) start = i;
          } else if (start !== -1 && (code === 32 || code === 9)) {
            if (end === -1) end = i;
          } else if (code === 59 || code === 44) {
            if (start === -1) {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
            if (end === -1) end = i;
            let value = header.slice(start, end);
            if (mustUnescape) {
              value = value.replace(/\\/g, "");
              mustUnescape = false;
            }
            push(params, paramName, value);
            if (code === 44) {
              push(offers, extensionName, params);
              params = /* @__PURE__ */ Object.create(null);
              extensionName = void 0;
            }
            paramName = void 0;
            start = end = -1;
          } else {
            throw new SyntaxError(`Unexpected character at index ${i}`);
          }
        }
      }
      if (start === -1 || inQuotes || code === 32 || code === 9) {
        throw new SyntaxError("Unexpected end of input");
      }
      if (end === -1) end = i;
      const token = header.slice(start, end);
      if (extensionName === void 0) {
        push(offers, token, params);
      } else {
        if (paramName === void 0) {
          push(params, token, true);
        } else if (mustUnescape) {
          push(params, paramName, token.replace(/\\/g, ""));
        } else {
          push(params, paramName, token);
        }
        push(offers, extensionName, params);
      }
      return offers;
    }
    function format(extensions) {
      return Object.keys(extensions).map((extension2) => {
        let configurations = extensions[extension2];
        if (!Array.isArray(configurations)) configurations = [configurations];
        return configurations.map((params) => {
          return [extension2].concat(
            Object.keys(params).map((k) => {
              let values = params[k];
              if (!Array.isArray(values)) values = [values];
              return values.map((v) => v === true ? k : `${k}=${v}`).join("; ");
            })
          ).join("; ");
        }).join(", ");
      }).join(", ");
    }
    module.exports = { format, parse: parse2 };
  }
});

// node_modules/ws/lib/websocket.js
var require_websocket = __commonJS({
  "node_modules/ws/lib/websocket.js"(exports, module) {
    "use strict";
    var EventEmitter = __require("events");
    var https = __require("https");
    var http = __require("http");
    var net = __require("net");
    var querystring = __require("querystring");
    var tls = __require("tls");
    var { randomBytes, createHash } = __require("crypto");
    var { Duplex, Readable } = __require("stream");
    var { URL } = __require("url");
    var PerMessageDeflate2 = require_permessage_deflate();
    var Receiver2 = require_receiver();
    var Sender2 = require_sender();
    var { isBlob } = require_validation();
    var {
      BINARY_TYPES,
      CLOSE_TIMEOUT,
      EMPTY_BUFFER,
      GUID,
      kForOnEventAttribute,
      kListener,
      kStatusCode,
      kWebSocket,
      NOOP
    } = require_constants();
    var {
      EventTarget: { addEventListener, removeEventListener }
    } = require_event_target();
    var { format, parse: parse2 } = require_extension();
    var { toBuffer } = require_buffer_util();
    var kAborted = /* @__PURE__ */ Symbol("kAborted");
    var protocolVersions = [8, 13];
    var readyStates = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];
    var subprotocolRegex = /^[!#$%&'*+\-.0-9A-Z^_`|a-z~]+$/;
    var WebSocket2 = class _WebSocket extends EventEmitter {
      /**
       * Create a new `WebSocket`.
       *
       * @param {(String|URL)} address The URL to which to connect
       * @param {(String|String[])} [protocols] The subprotocols
       * @param {Object} [options] Connection options
       */
      constructor(address, protocols, options) {
        super();
        this._binaryType = BINARY_TYPES[0];
        this._closeCode = 1006;
        this._closeFrameReceived = false;
        this._closeFrameSent = false;
        this._closeMessage = EMPTY_BUFFER;
        this._closeTimer = null;
        this._errorEmitted = false;
        this._extensions = {};
        this._paused = false;
        this._protocol = "";
        this._readyState = _WebSocket.CONNECTING;
        this._receiver = null;
        this._sender = null;
        this._socket = null;
        if (address !== null) {
          this._bufferedAmount = 0;
          this._isServer = false;
          this._redirects = 0;
          if (protocols === void 0) {
            if (!options || options.protocols === void 0) {
              protocols = [];
            } else if (Array.isArray(options.protocols)) {
              protocols = options.protocols;
            } else {
              protocols = [options.protocols];
            }
          } else if (!Array.isArray(protocols)) {
            if (typeof protocols === "object" && protocols !== null) {
              options = protocols;
              if (options.protocols === void 0) {
                protocols = [];
              } else if (Array.isArray(options.protocols)) {
                protocols = options.protocols;
              } else {
                protocols = [options.protocols];
              }
            } else {
              protocols = [protocols];
            }
          }
          options = initAsClient(this, address, protocols, options);
        } else {
          this._isServer = true;
        }
        if (options.autoPong) {
          this._autoPong = true;
          this._autoPongComplete = () => autoPongComplete(this);
          this._pendingAutoPongs = 0;
          this._maxPendingAutoPongs = options.maxPendingAutoPongs | 0;
        }
        this._closeTimeout = options.closeTimeout;
      }
      /**
       * For historical reasons, the custom "nodebuffer" type is used by the default
       * instead of "blob".
       *
       * @type {String}
       */
      get binaryType() {
        return this._binaryType;
      }
      set binaryType(type) {
        if (!BINARY_TYPES.includes(type)) return;
        this._binaryType = type;
        if (this._receiver) this._receiver._binaryType = type;
      }
      /**
       * @type {Number}
       */
      get bufferedAmount() {
        if (!this._socket) return this._bufferedAmount;
        return this._socket._writableState.length + this._sender._bufferedBytes;
      }
      /**
       * @type {String}
       */
      get extensions() {
        return Object.keys(this._extensions).join();
      }
      /**
       * @type {Boolean}
       */
      get isPaused() {
        return this._paused;
      }
      /**
       * @type {Function}
       */
      /* istanbul ignore next */
      get onclose() {
        return null;
      }
      /**
       * @type {Function}
       */
      /* istanbul ignore next */
      get onerror() {
        return null;
      }
      /**
       * @type {Function}
       */
      /* istanbul ignore next */
      get onopen() {
        return null;
      }
      /**
       * @type {Function}
       */
      /* istanbul ignore next */
      get onmessage() {
        return null;
      }
      /**
       * @type {String}
       */
      get protocol() {
        return this._protocol;
      }
      /**
       * @type {Number}
       */
      get readyState() {
        return this._readyState;
      }
      /**
       * @type {String}
       */
      get url() {
        return this._url;
      }
      /**
       * Set up the socket and the internal resources.
       *
       * @param {Duplex} socket The network socket between the server and client
       * @param {Buffer} head The first packet of the upgraded stream
       * @param {Object} options Options object
       * @param {Boolean} [options.allowSynchronousEvents=false] Specifies whether
       *     any of the `'message'`, `'ping'`, and `'pong'` events can be emitted
       *     multiple times in the same tick
       * @param {Function} [options.generateMask] The function used to generate the
       *     masking key
       * @param {Number} [options.maxBufferedChunks=0] The maximum number of
       *     buffered data chunks
       * @param {Number} [options.maxFragments=0] The maximum number of message
       *     fragments
       * @param {Number} [options.maxPayload=0] The maximum allowed message size
       * @param {Boolean} [options.skipUTF8Validation=false] Specifies whether or
       *     not to skip UTF-8 validation for text and close messages
       * @private
       */
      setSocket(socket, head, options) {
        const receiver = new Receiver2({
          allowSynchronousEvents: options.allowSynchronousEvents,
          binaryType: this.binaryType,
          extensions: this._extensions,
          isServer: this._isServer,
          maxBufferedChunks: options.maxBufferedChunks,
          maxFragments: options.maxFragments,
          maxPayload: options.maxPayload,
          skipUTF8Validation: options.skipUTF8Validation
        });
        const sender = new Sender2(socket, this._extensions, options.generateMask);
        this._receiver = receiver;
        this._sender = sender;
        this._socket = socket;
        receiver[kWebSocket] = this;
        sender[kWebSocket] = this;
        socket[kWebSocket] = this;
        receiver.on("conclude", receiverOnConclude);
        receiver.on("drain", receiverOnDrain);
        receiver.on("error", receiverOnError);
        receiver.on("message", receiverOnMessage);
        receiver.on("ping", receiverOnPing);
        receiver.on("pong", receiverOnPong);
        sender.onerror = senderOnError;
        if (socket.setTimeout) socket.setTimeout(0);
        if (socket.setNoDelay) socket.setNoDelay();
        if (head.length > 0) socket.unshift(head);
        socket.on("close", socketOnClose);
        socket.on("data", socketOnData);
        socket.on("end", socketOnEnd);
        socket.on("error", socketOnError);
        this._readyState = _WebSocket.OPEN;
        this.emit("open");
      }
      /**
       * Emit the `'close'` event.
       *
       * @private
       */
      emitClose() {
        if (!this._socket) {
          this._readyState = _WebSocket.CLOSED;
          this.emit("close", this._closeCode, this._closeMessage);
          return;
        }
        if (this._extensions[PerMessageDeflate2.extensionName]) {
          this._extensions[PerMessageDeflate2.extensionName].cleanup();
        }
        this._receiver.removeAllListeners();
        this._readyState = _WebSocket.CLOSED;
        this.emit("close", this._closeCode, this._closeMessage);
      }
      /**
       * Start a closing handshake.
       *
       *          +----------+   +-----------+   +----------+
       *     - - -|ws.close()|-->|close frame|-->|ws.close()|- - -
       *    |     +----------+   +-----------+   +----------+     |
       *          +----------+   +-----------+         |
       * CLOSING  |ws.close()|<--|close frame|<--+-----+       CLOSING
       *          +----------+   +-----------+   |
       *    |           |                        |   +---+        |
       *                +------------------------+-->|fin| - - - -
       *    |         +---+                      |   +---+
       *     - - - - -|fin|<---------------------+
       *              +---+
       *
       * @param {Number} [code] Status code explaining why the connection is closing
       * @param {(String|Buffer)} [data] The reason why the connection is
       *     closing
       * @public
       */
      close(code, data) {
        if (this.readyState === _WebSocket.CLOSED) return;
        if (this.readyState === _WebSocket.CONNECTING) {
          const msg = "WebSocket was closed before the connection was established";
          abortHandshake(this, this._req, msg);
          return;
        }
        if (this.readyState === _WebSocket.CLOSING) {
          if (this._closeFrameSent && (this._closeFrameReceived || this._receiver._writableState.errorEmitted)) {
            this._socket.end();
          }
          return;
        }
        this._sender.close(code, data, !this._isServer, (err) => {
          if (err) return;
          this._closeFrameSent = true;
          if (this._closeFrameReceived || this._receiver._writableState.errorEmitted) {
            this._socket.end();
          }
        });
        this._readyState = _WebSocket.CLOSING;
        setCloseTimer(this);
      }
      /**
       * Pause the socket.
       *
       * @public
       */
      pause() {
        if (this.readyState === _WebSocket.CONNECTING || this.readyState === _WebSocket.CLOSED) {
          return;
        }
        this._paused = true;
        this._socket.pause();
      }
      /**
       * Send a ping.
       *
       * @param {*} [data] The data to send
       * @param {Boolean} [mask] Indicates whether or not to mask `data`
       * @param {Function} [cb] Callback which is executed when the ping is sent
       * @public
       */
      ping(data, mask, cb) {
        if (this.readyState === _WebSocket.CONNECTING) {
          throw new Error("WebSocket is not open: readyState 0 (CONNECTING)");
        }
        if (typeof data === "function") {
          cb = data;
          data = mask = void 0;
        } else if (typeof mask === "function") {
          cb = mask;
          mask = void 0;
        }
        if (typeof data === "number") data = data.toString();
        if (this.readyState !== _WebSocket.OPEN) {
          sendAfterClose(this, data, cb);
          return;
        }
        if (mask === void 0) mask = !this._isServer;
        this._sender.ping(data || EMPTY_BUFFER, mask, cb);
      }
      /**
       * Send a pong.
       *
       * @param {*} [data] The data to send
       * @param {Boolean} [mask] Indicates whether or not to mask `data`
       * @param {Function} [cb] Callback which is executed when the pong is sent
       * @public
       */
      pong(data, mask, cb) {
        if (this.readyState === _WebSocket.CONNECTING) {
          throw new Error("WebSocket is not open: readyState 0 (CONNECTING)");
        }
        if (typeof data === "function") {
          cb = data;
          data = mask = void 0;
        } else if (typeof mask === "function") {
          cb = mask;
          mask = void 0;
        }
        if (typeof data === "number") data = data.toString();
        if (this.readyState !== _WebSocket.OPEN) {
          sendAfterClose(this, data, cb);
          return;
        }
        if (mask === void 0) mask = !this._isServer;
        this._sender.pong(data || EMPTY_BUFFER, mask, cb);
      }
      /**
       * Resume the socket.
       *
       * @public
       */
      resume() {
        if (this.readyState === _WebSocket.CONNECTING || this.readyState === _WebSocket.CLOSED) {
          return;
        }
        this._paused = false;
        if (!this._receiver._writableState.needDrain) this._socket.resume();
      }
      /**
       * Send a data message.
       *
       * @param {*} data The message to send
       * @param {Object} [options] Options object
       * @param {Boolean} [options.binary] Specifies whether `data` is binary or
       *     text
       * @param {Boolean} [options.compress] Specifies whether or not to compress
       *     `data`
       * @param {Boolean} [options.fin=true] Specifies whether the fragment is the
       *     last one
       * @param {Boolean} [options.mask] Specifies whether or not to mask `data`
       * @param {Function} [cb] Callback which is executed when data is written out
       * @public
       */
      send(data, options, cb) {
        if (this.readyState === _WebSocket.CONNECTING) {
          throw new Error("WebSocket is not open: readyState 0 (CONNECTING)");
        }
        if (typeof options === "function") {
          cb = options;
          options = {};
        }
        if (typeof data === "number") data = data.toString();
        if (this.readyState !== _WebSocket.OPEN) {
          sendAfterClose(this, data, cb);
          return;
        }
        const opts = {
          binary: typeof data !== "string",
          mask: !this._isServer,
          compress: true,
          fin: true,
          ...options
        };
        if (!this._extensions[PerMessageDeflate2.extensionName]) {
          opts.compress = false;
        }
        this._sender.send(data || EMPTY_BUFFER, opts, cb);
      }
      /**
       * Forcibly close the connection.
       *
       * @public
       */
      terminate() {
        if (this.readyState === _WebSocket.CLOSED) return;
        if (this.readyState === _WebSocket.CONNECTING) {
          const msg = "WebSocket was closed before the connection was established";
          abortHandshake(this, this._req, msg);
          return;
        }
        if (this._socket) {
          this._readyState = _WebSocket.CLOSING;
          this._socket.destroy();
        }
      }
    };
    Object.defineProperty(WebSocket2, "CONNECTING", {
      enumerable: true,
      value: readyStates.indexOf("CONNECTING")
    });
    Object.defineProperty(WebSocket2.prototype, "CONNECTING", {
      enumerable: true,
      value: readyStates.indexOf("CONNECTING")
    });
    Object.defineProperty(WebSocket2, "OPEN", {
      enumerable: true,
      value: readyStates.indexOf("OPEN")
    });
    Object.defineProperty(WebSocket2.prototype, "OPEN", {
      enumerable: true,
      value: readyStates.indexOf("OPEN")
    });
    Object.defineProperty(WebSocket2, "CLOSING", {
      enumerable: true,
      value: readyStates.indexOf("CLOSING")
    });
    Object.defineProperty(WebSocket2.prototype, "CLOSING", {
      enumerable: true,
      value: readyStates.indexOf("CLOSING")
    });
    Object.defineProperty(WebSocket2, "CLOSED", {
      enumerable: true,
      value: readyStates.indexOf("CLOSED")
    });
    Object.defineProperty(WebSocket2.prototype, "CLOSED", {
      enumerable: true,
      value: readyStates.indexOf("CLOSED")
    });
    [
      "binaryType",
      "bufferedAmount",
      "extensions",
      "isPaused",
      "protocol",
      "readyState",
      "url"
    ].forEach((property) => {
      Object.defineProperty(WebSocket2.prototype, property, { enumerable: true });
    });
    ["open", "error", "close", "message"].forEach((method) => {
      Object.defineProperty(WebSocket2.prototype, `on${method}`, {
        enumerable: true,
        get() {
          for (const listener of this.listeners(method)) {
            if (listener[kForOnEventAttribute]) return listener[kListener];
          }
          return null;
        },
        set(handler) {
          for (const listener of this.listeners(method)) {
            if (listener[kForOnEventAttribute]) {
              this.removeListener(method, listener);
              break;
            }
          }
          if (typeof handler !== "function") return;
          this.addEventListener(method, handler, {
            [kForOnEventAttribute]: true
          });
        }
      });
    });
    WebSocket2.prototype.addEventListener = addEventListener;
    WebSocket2.prototype.removeEventListener = removeEventListener;
    module.exports = WebSocket2;
    function initAsClient(websocket, address, protocols, options) {
      const opts = {
        allowSynchronousEvents: true,
        autoPong: true,
        closeTimeout: CLOSE_TIMEOUT,
        protocolVersion: protocolVersions[1],
        maxBufferedChunks: 256 * 1024,
        maxFragments: 16 * 1024,
        maxPayload: 100 * 1024 * 1024,
        maxPendingAutoPongs: 60,
        skipUTF8Validation: false,
        perMessageDeflate: true,
        followRedirects: false,
        maxRedirects: 10,
        ...options,
        socketPath: void 0,
        hostname: void 0,
        protocol: void 0,
        protocols: void 0,
        timeout: void 0,
        method: "GET",
        host: void 0,
        path: void 0,
        port: void 0
      };
      if (!protocolVersions.includes(opts.protocolVersion)) {
        throw new RangeError(
          `Unsupported protocol version: ${opts.protocolVersion} (supported versions: ${protocolVersions.join(", ")})`
        );
      }
      let parsedUrl;
      if (address instanceof URL) {
        parsedUrl = address;
      } else {
        try {
          parsedUrl = new URL(address);
        } catch {
          throw new SyntaxError(`Invalid URL: ${address}`);
        }
      }
      if (parsedUrl.protocol === "http:" || parsedUrl.protocol === "https:") {
        parsedUrl = new URL(parsedUrl);
        parsedUrl.protocol = parsedUrl.protocol === "http:" ? "ws:" : "wss:";
      }
      websocket._url = parsedUrl.href;
      const isSecure = parsedUrl.protocol === "wss:";
      const isIpcUrl = parsedUrl.protocol === "ws+unix:";
      let invalidUrlMessage;
      if (parsedUrl.protocol !== "ws:" && !isSecure && !isIpcUrl) {
        invalidUrlMessage = `The URL's protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"`;
      } else if (isIpcUrl && !parsedUrl.pathname) {
        invalidUrlMessage = "The URL's pathname is empty";
      } else if (parsedUrl.hash) {
        invalidUrlMessage = "The URL contains a fragment identifier";
      }
      if (invalidUrlMessage) {
        const err = new SyntaxError(invalidUrlMessage);
        if (websocket._redirects === 0) {
          throw err;
        } else {
          emitErrorAndClose(websocket, err);
          return;
        }
      }
      const defaultPort = isSecure ? 443 : 80;
      const key = randomBytes(16).toString("base64");
      const request = isSecure ? https.request : http.request;
      const protocolSet = /* @__PURE__ */ new Set();
      let perMessageDeflate;
      opts.createConnection = opts.createConnection || (isSecure ? tlsConnect : netConnect);
      opts.defaultPort = opts.defaultPort || defaultPort;
      opts.port = parsedUrl.port || defaultPort;
      opts.host = parsedUrl.hostname.startsWith("[") ? parsedUrl.hostname.slice(1, -1) : parsedUrl.hostname;
      opts.headers = {
        ...opts.headers,
        "Sec-WebSocket-Version": opts.protocolVersion,
        "Sec-WebSocket-Key": key,
        Connection: "Upgrade",
        Upgrade: "websocket"
      };
      opts.path = parsedUrl.pathname + parsedUrl.search;
      opts.timeout = opts.handshakeTimeout;
      if (opts.perMessageDeflate) {
        perMessageDeflate = new PerMessageDeflate2({
          ...opts.perMessageDeflate,
          isServer: false,
          maxPayload: opts.maxPayload
        });
        opts.headers["Sec-WebSocket-Extensions"] = format({
          [PerMessageDeflate2.extensionName]: perMessageDeflate.offer()
        });
      }
      if (protocols.length) {
        for (const protocol of protocols) {
          if (typeof protocol !== "string" || !subprotocolRegex.test(protocol) || protocolSet.has(protocol)) {
            throw new SyntaxError(
              "An invalid or duplicated subprotocol was specified"
            );
          }
          protocolSet.add(protocol);
        }
        opts.headers["Sec-WebSocket-Protocol"] = protocols.join(",");
      }
      if (opts.origin) {
        if (opts.protocolVersion < 13) {
          opts.headers["Sec-WebSocket-Origin"] = opts.origin;
        } else {
          opts.headers.Origin = opts.origin;
        }
      }
      if (parsedUrl.username || parsedUrl.password) {
        const username = querystring.unescape(parsedUrl.username);
        const password = querystring.unescape(parsedUrl.password);
        opts.auth = `${username}:${password}`;
      }
      if (isIpcUrl) {
        const i = opts.path.indexOf(":");
        if (i === -1) {
          opts.socketPath = opts.path;
          opts.path = "";
        } else {
          opts.socketPath = opts.path.slice(0, i);
          opts.path = opts.path.slice(i + 1);
        }
      }
      let req;
      if (opts.followRedirects) {
        if (websocket._redirects === 0) {
          websocket._originalIpc = isIpcUrl;
          websocket._originalSecure = isSecure;
          websocket._originalHostOrSocketPath = isIpcUrl ? opts.socketPath : parsedUrl.host;
          const headers = options && options.headers;
          options = { ...options, headers: {} };
          if (headers) {
            for (const [key2, value] of Object.entries(headers)) {
              options.headers[key2.toLowerCase()] = value;
            }
          }
        } else if (websocket.listenerCount("redirect") === 0) {
          const isSameHost = isIpcUrl ? websocket._originalIpc ? opts.socketPath === websocket._originalHostOrSocketPath : false : websocket._originalIpc ? false : parsedUrl.host === websocket._originalHostOrSocketPath;
          if (!isSameHost || websocket._originalSecure && !isSecure) {
            delete opts.headers.authorization;
            delete opts.headers.cookie;
            if (!isSameHost) delete opts.headers.host;
            opts.auth = void 0;
          }
        }
        if (opts.auth && !options.headers.authorization) {
          options.headers.authorization = "Basic " + Buffer.from(opts.auth).toString("base64");
        }
        req = websocket._req = request(opts);
        if (websocket._redirects) {
          websocket.emit("redirect", websocket.url, req);
        }
      } else {
        req = websocket._req = request(opts);
      }
      if (opts.timeout) {
        req.on("timeout", () => {
          abortHandshake(websocket, req, "Opening handshake has timed out");
        });
      }
      req.on("error", (err) => {
        if (req === null || req[kAborted]) return;
        req = websocket._req = null;
        emitErrorAndClose(websocket, err);
      });
      req.on("response", (res) => {
        const location = res.headers.location;
        const statusCode = res.statusCode;
        if (location && opts.followRedirects && statusCode >= 300 && statusCode < 400) {
          if (++websocket._redirects > opts.maxRedirects) {
            abortHandshake(websocket, req, "Maximum redirects exceeded");
            return;
          }
          req.abort();
          let addr;
          try {
            addr = new URL(location, address);
          } catch (e) {
            const err = new SyntaxError(`Invalid URL: ${location}`);
            emitErrorAndClose(websocket, err);
            return;
          }
          initAsClient(websocket, addr, protocols, options);
        } else if (!websocket.emit("unexpected-response", req, res)) {
          abortHandshake(
            websocket,
            req,
            `Unexpected server response: ${res.statusCode}`
          );
        }
      });
      req.on("upgrade", (res, socket, head) => {
        websocket.emit("upgrade", res);
        if (websocket.readyState !== WebSocket2.CONNECTING) return;
        req = websocket._req = null;
        const upgrade = res.headers.upgrade;
        if (upgrade === void 0 || upgrade.toLowerCase() !== "websocket") {
          abortHandshake(websocket, socket, "Invalid Upgrade header");
          return;
        }
        const digest = createHash("sha1").update(key + GUID).digest("base64");
        if (res.headers["sec-websocket-accept"] !== digest) {
          abortHandshake(websocket, socket, "Invalid Sec-WebSocket-Accept header");
          return;
        }
        const serverProt = res.headers["sec-websocket-protocol"];
        let protError;
        if (serverProt !== void 0) {
          if (!protocolSet.size) {
            protError = "Server sent a subprotocol but none was requested";
          } else if (!protocolSet.has(serverProt)) {
            protError = "Server sent an invalid subprotocol";
          }
        } else if (protocolSet.size) {
          protError = "Server sent no subprotocol";
        }
        if (protError) {
          abortHandshake(websocket, socket, protError);
          return;
        }
        if (serverProt) websocket._protocol = serverProt;
        const secWebSocketExtensions = res.headers["sec-websocket-extensions"];
        if (secWebSocketExtensions !== void 0) {
          if (!perMessageDeflate) {
            const message = "Server sent a Sec-WebSocket-Extensions header but no extension was requested";
            abortHandshake(websocket, socket, message);
            return;
          }
          let extensions;
          try {
            extensions = parse2(secWebSocketExtensions);
          } catch (err) {
            const message = "Invalid Sec-WebSocket-Extensions header";
            abortHandshake(websocket, socket, message);
            return;
          }
          const extensionNames = Object.keys(extensions);
          if (extensionNames.length !== 1 || extensionNames[0] !== PerMessageDeflate2.extensionName) {
            const message = "Server indicated an extension that was not requested";
            abortHandshake(websocket, socket, message);
            return;
          }
          try {
            perMessageDeflate.accept(extensions[PerMessageDeflate2.extensionName]);
          } catch (err) {
            const message = "Invalid Sec-WebSocket-Extensions header";
            abortHandshake(websocket, socket, message);
            return;
          }
          websocket._extensions[PerMessageDeflate2.extensionName] = perMessageDeflate;
        }
        websocket.setSocket(socket, head, {
          allowSynchronousEvents: opts.allowSynchronousEvents,
          generateMask: opts.generateMask,
          maxBufferedChunks: opts.maxBufferedChunks,
          maxFragments: opts.maxFragments,
          maxPayload: opts.maxPayload,
          skipUTF8Validation: opts.skipUTF8Validation
        });
      });
      if (opts.finishRequest) {
        opts.finishRequest(req, websocket);
      } else {
        req.end();
      }
      return opts;
    }
    function emitErrorAndClose(websocket, err) {
      websocket._readyState = WebSocket2.CLOSING;
      websocket._errorEmitted = true;
      websocket.emit("error", err);
      websocket.emitClose();
    }
    function netConnect(options) {
      options.path = options.socketPath;
      return net.connect(options);
    }
    function tlsConnect(options) {
      options.path = void 0;
      if (!options.servername && options.servername !== "") {
        options.servername = net.isIP(options.host) ? "" : options.host;
      }
      return tls.connect(options);
    }
    function abortHandshake(websocket, stream, message) {
      websocket._readyState = WebSocket2.CLOSING;
      const err = new Error(message);
      Error.captureStackTrace(err, abortHandshake);
      if (stream.setHeader) {
        stream[kAborted] = true;
        stream.abort();
        if (stream.socket && !stream.socket.destroyed) {
          stream.socket.destroy();
        }
        process.nextTick(emitErrorAndClose, websocket, err);
      } else {
        stream.destroy(err);
        stream.once("error", websocket.emit.bind(websocket, "error"));
        stream.once("close", websocket.emitClose.bind(websocket));
      }
    }
    function sendAfterClose(websocket, data, cb) {
      if (data) {
        const length = isBlob(data) ? data.size : toBuffer(data).length;
        if (websocket._socket) websocket._sender._bufferedBytes += length;
        else websocket._bufferedAmount += length;
      }
      if (cb) {
        const err = new Error(
          `WebSocket is not open: readyState ${websocket.readyState} (${readyStates[websocket.readyState]})`
        );
        process.nextTick(cb, err);
      }
    }
    function receiverOnConclude(code, reason) {
      const websocket = this[kWebSocket];
      websocket._closeFrameReceived = true;
      websocket._closeCode = code;
      if (reason.length === 0) {
        websocket._closeMessage = EMPTY_BUFFER;
      } else {
        websocket._closeMessage = Buffer.allocUnsafeSlow(reason.length);
        websocket._closeMessage.set(reason);
      }
      if (websocket._socket[kWebSocket] === void 0) return;
      websocket._socket.removeListener("data", socketOnData);
      process.nextTick(resume, websocket._socket);
      if (code === 1005) websocket.close();
      else websocket.close(code, reason);
    }
    function receiverOnDrain() {
      const websocket = this[kWebSocket];
      if (!websocket.isPaused) websocket._socket.resume();
    }
    function receiverOnError(err) {
      const websocket = this[kWebSocket];
      if (websocket._socket[kWebSocket] !== void 0) {
        websocket._socket.removeListener("data", socketOnData);
        process.nextTick(resume, websocket._socket);
        websocket.close(err[kStatusCode]);
      }
      if (!websocket._errorEmitted) {
        websocket._errorEmitted = true;
        websocket.emit("error", err);
      }
    }
    function receiverOnFinish() {
      this[kWebSocket].emitClose();
    }
    function receiverOnMessage(data, isBinary) {
      this[kWebSocket].emit("message", data, isBinary);
    }
    function receiverOnPing(data) {
      const websocket = this[kWebSocket];
      if (websocket._autoPong && websocket.readyState === WebSocket2.OPEN) {
        if (websocket._maxPendingAutoPongs > 0 && websocket._pendingAutoPongs >= websocket._maxPendingAutoPongs) {
          websocket.terminate();
        } else {
          websocket._pendingAutoPongs++;
          websocket.pong(data, !this._isServer, websocket._autoPongComplete);
        }
      }
      websocket.emit("ping", data);
    }
    function autoPongComplete(websocket) {
      websocket._pendingAutoPongs--;
    }
    function receiverOnPong(data) {
      this[kWebSocket].emit("pong", data);
    }
    function resume(stream) {
      stream.resume();
    }
    function senderOnError(err) {
      const websocket = this[kWebSocket];
      if (websocket.readyState === WebSocket2.CLOSED) return;
      if (websocket.readyState === WebSocket2.OPEN) {
        websocket._readyState = WebSocket2.CLOSING;
        setCloseTimer(websocket);
      }
      this._socket.end();
      if (!websocket._errorEmitted) {
        websocket._errorEmitted = true;
        websocket.emit("error", err);
      }
    }
    function setCloseTimer(websocket) {
      websocket._closeTimer = setTimeout(
        websocket._socket.destroy.bind(websocket._socket),
        websocket._closeTimeout
      );
    }
    function socketOnClose() {
      const websocket = this[kWebSocket];
      this.removeListener("close", socketOnClose);
      this.removeListener("data", socketOnData);
      this.removeListener("end", socketOnEnd);
      websocket._readyState = WebSocket2.CLOSING;
      if (!this._readableState.endEmitted && !websocket._closeFrameReceived && !websocket._receiver._writableState.errorEmitted && this._readableState.length !== 0) {
        const chunk = this.read(this._readableState.length);
        websocket._receiver.write(chunk);
      }
      websocket._receiver.end();
      this[kWebSocket] = void 0;
      clearTimeout(websocket._closeTimer);
      if (websocket._receiver._writableState.finished || websocket._receiver._writableState.errorEmitted) {
        websocket.emitClose();
      } else {
        websocket._receiver.on("error", receiverOnFinish);
        websocket._receiver.on("finish", receiverOnFinish);
      }
    }
    function socketOnData(chunk) {
      if (!this[kWebSocket]._receiver.write(chunk)) {
        this.pause();
      }
    }
    function socketOnEnd() {
      const websocket = this[kWebSocket];
      websocket._readyState = WebSocket2.CLOSING;
      websocket._receiver.end();
      this.end();
    }
    function socketOnError() {
      const websocket = this[kWebSocket];
      this.removeListener("error", socketOnError);
      this.on("error", NOOP);
      if (websocket) {
        websocket._readyState = WebSocket2.CLOSING;
        this.destroy();
      }
    }
  }
});

// node_modules/ws/lib/stream.js
var require_stream = __commonJS({
  "node_modules/ws/lib/stream.js"(exports, module) {
    "use strict";
    var WebSocket2 = require_websocket();
    var { Duplex } = __require("stream");
    function emitClose(stream) {
      stream.emit("close");
    }
    function duplexOnEnd() {
      if (!this.destroyed && this._writableState.finished) {
        this.destroy();
      }
    }
    function duplexOnError(err) {
      this.removeListener("error", duplexOnError);
      this.destroy();
      if (this.listenerCount("error") === 0) {
        this.emit("error", err);
      }
    }
    function createWebSocketStream2(ws, options) {
      let terminateOnDestroy = true;
      const duplex = new Duplex({
        ...options,
        autoDestroy: false,
        emitClose: false,
        objectMode: false,
        writableObjectMode: false
      });
      ws.on("message", function message(msg, isBinary) {
        const data = !isBinary && duplex._readableState.objectMode ? msg.toString() : msg;
        if (!duplex.push(data)) ws.pause();
      });
      ws.once("error", function error(err) {
        if (duplex.destroyed) return;
        terminateOnDestroy = false;
        duplex.destroy(err);
      });
      ws.once("close", function close() {
        if (duplex.destroyed) return;
        duplex.push(null);
      });
      duplex._destroy = function(err, callback) {
        if (ws.readyState === ws.CLOSED) {
          callback(err);
          process.nextTick(emitClose, duplex);
          return;
        }
        let called = false;
        ws.once("error", function error(err2) {
          called = true;
          callback(err2);
        });
        ws.once("close", function close() {
          if (!called) callback(err);
          process.nextTick(emitClose, duplex);
        });
        if (terminateOnDestroy) ws.terminate();
      };
      duplex._final = function(callback) {
        if (ws.readyState === ws.CONNECTING) {
          ws.once("open", function open() {
            duplex._final(callback);
          });
          return;
        }
        if (ws._socket === null) return;
        if (ws._socket._writableState.finished) {
          callback();
          if (duplex._readableState.endEmitted) duplex.destroy();
        } else {
          ws._socket.once("finish", function finish() {
            callback();
          });
          ws.close();
        }
      };
      duplex._read = function() {
        if (ws.isPaused) ws.resume();
      };
      duplex._write = function(chunk, encoding, callback) {
        if (ws.readyState === ws.CONNECTING) {
          ws.once("open", function open() {
            duplex._write(chunk, encoding, callback);
          });
          return;
        }
        ws.send(chunk, callback);
      };
      duplex.on("end", duplexOnEnd);
      duplex.on("error", duplexOnError);
      return duplex;
    }
    module.exports = createWebSocketStream2;
  }
});

// node_modules/ws/lib/subprotocol.js
var require_subprotocol = __commonJS({
  "node_modules/ws/lib/subprotocol.js"(exports, module) {
    "use strict";
    var { tokenChars } = require_validation();
    function parse2(header) {
      const protocols = /* @__PURE__ */ new Set();
      let start = -1;
      let end = -1;
      let i = 0;
      for (i; i < header.length; i++) {
        const code = header.charCodeAt(i);
        if (end === -1 && tokenChars[code] === 1) {
          if (start === -1) start = i;
        } else if (i !== 0 && (code === 32 || code === 9)) {
          if (end === -1 && start !== -1) end = i;
        } else if (code === 44) {
          if (start === -1) {
            throw new SyntaxError(`Unexpected character at index ${i}`);
          }
          if (end === -1) end = i;
          const protocol2 = header.slice(start, end);
          if (protocols.has(protocol2)) {
            throw new SyntaxError(`The "${protocol2}" subprotocol is duplicated`);
          }
          protocols.add(protocol2);
          start = end = -1;
        } else {
          throw new SyntaxError(`Unexpected character at index ${i}`);
        }
      }
      if (start === -1 || end !== -1) {
        throw new SyntaxError("Unexpected end of input");
      }
      const protocol = header.slice(start, i);
      if (protocols.has(protocol)) {
        throw new SyntaxError(`The "${protocol}" subprotocol is duplicated`);
      }
      protocols.add(protocol);
      return protocols;
    }
    module.exports = { parse: parse2 };
  }
});

// node_modules/ws/lib/websocket-server.js
var require_websocket_server = __commonJS({
  "node_modules/ws/lib/websocket-server.js"(exports, module) {
    "use strict";
    var EventEmitter = __require("events");
    var http = __require("http");
    var { Duplex } = __require("stream");
    var { createHash } = __require("crypto");
    var extension2 = require_extension();
    var PerMessageDeflate2 = require_permessage_deflate();
    var subprotocol2 = require_subprotocol();
    var WebSocket2 = require_websocket();
    var { CLOSE_TIMEOUT, GUID, kWebSocket } = require_constants();
    var keyRegex = /^[+/0-9A-Za-z]{22}==$/;
    var RUNNING = 0;
    var CLOSING = 1;
    var CLOSED = 2;
    var WebSocketServer2 = class extends EventEmitter {
      /**
       * Create a `WebSocketServer` instance.
       *
       * @param {Object} options Configuration options
       * @param {Boolean} [options.allowSynchronousEvents=true] Specifies whether
       *     any of the `'message'`, `'ping'`, and `'pong'` events can be emitted
       *     multiple times in the same tick
       * @param {Boolean} [options.autoPong=true] Specifies whether or not to
       *     automatically send a pong in response to a ping
       * @param {Number} [options.backlog=511] The maximum length of the queue of
       *     pending connections
       * @param {Boolean} [options.clientTracking=true] Specifies whether or not to
       *     track clients
       * @param {Number} [options.closeTimeout=30000] Duration in milliseconds to
       *     wait for the closing handshake to finish after `websocket.close()` is
       *     called
       * @param {Function} [options.handleProtocols] A hook to handle protocols
       * @param {String} [options.host] The hostname where to bind the server
       * @param {Number} [options.maxBufferedChunks=262144] The maximum number of
       *     buffered data chunks
       * @param {Number} [options.maxFragments=16384] The maximum number of message
       *     fragments
       * @param {Number} [options.maxPayload=104857600] The maximum allowed message
       *     size
       * @param {Number} [options.maxPendingAutoPongs=60] The maximum number of
       *     pending automatic pongs
       * @param {Boolean} [options.noServer=false] Enable no server mode
       * @param {String} [options.path] Accept only connections matching this path
       * @param {(Boolean|Object)} [options.perMessageDeflate=false] Enable/disable
       *     permessage-deflate
       * @param {Number} [options.port] The port where to bind the server
       * @param {(http.Server|https.Server)} [options.server] A pre-created HTTP/S
       *     server to use
       * @param {Boolean} [options.skipUTF8Validation=false] Specifies whether or
       *     not to skip UTF-8 validation for text and close messages
       * @param {Function} [options.verifyClient] A hook to reject connections
       * @param {Function} [options.WebSocket=WebSocket] Specifies the `WebSocket`
       *     class to use. It must be the `WebSocket` class or class that extends it
       * @param {Function} [callback] A listener for the `listening` event
       */
      constructor(options, callback) {
        super();
        options = {
          allowSynchronousEvents: true,
          autoPong: true,
          maxBufferedChunks: 256 * 1024,
          maxFragments: 16 * 1024,
          maxPayload: 100 * 1024 * 1024,
          maxPendingAutoPongs: 60,
          skipUTF8Validation: false,
          perMessageDeflate: false,
          handleProtocols: null,
          clientTracking: true,
          closeTimeout: CLOSE_TIMEOUT,
          verifyClient: null,
          noServer: false,
          backlog: null,
          // use default (511 as implemented in net.js)
          server: null,
          host: null,
          path: null,
          port: null,
          WebSocket: WebSocket2,
          ...options
        };
        if (options.port == null && !options.server && !options.noServer || options.port != null && (options.server || options.noServer) || options.server && options.noServer) {
          throw new TypeError(
            'One and only one of the "port", "server", or "noServer" options must be specified'
          );
        }
        if (options.port != null) {
          this._server = http.createServer((req, res) => {
            const body = http.STATUS_CODES[426];
            res.writeHead(426, {
              "Content-Length": body.length,
              "Content-Type": "text/plain"
            });
            res.end(body);
          });
          this._server.listen(
            options.port,
            options.host,
            options.backlog,
            callback
          );
        } else if (options.server) {
          this._server = options.server;
        }
        if (this._server) {
          const emitConnection = this.emit.bind(this, "connection");
          this._removeListeners = addListeners(this._server, {
            listening: this.emit.bind(this, "listening"),
            error: this.emit.bind(this, "error"),
            upgrade: (req, socket, head) => {
              this.handleUpgrade(req, socket, head, emitConnection);
            }
          });
        }
        if (options.perMessageDeflate === true) options.perMessageDeflate = {};
        if (options.clientTracking) {
          this.clients = /* @__PURE__ */ new Set();
          this._shouldEmitClose = false;
        }
        this.options = options;
        this._state = RUNNING;
      }
      /**
       * Returns the bound address, the address family name, and port of the server
       * as reported by the operating system if listening on an IP socket.
       * If the server is listening on a pipe or UNIX domain socket, the name is
       * returned as a string.
       *
       * @return {(Object|String|null)} The address of the server
       * @public
       */
      address() {
        if (this.options.noServer) {
          throw new Error('The server is operating in "noServer" mode');
        }
        if (!this._server) return null;
        return this._server.address();
      }
      /**
       * Stop the server from accepting new connections and emit the `'close'` event
       * when all existing connections are closed.
       *
       * @param {Function} [cb] A one-time listener for the `'close'` event
       * @public
       */
      close(cb) {
        if (this._state === CLOSED) {
          if (cb) {
            this.once("close", () => {
              cb(new Error("The server is not running"));
            });
          }
          process.nextTick(emitClose, this);
          return;
        }
        if (cb) this.once("close", cb);
        if (this._state === CLOSING) return;
        this._state = CLOSING;
        if (this.options.noServer || this.options.server) {
          if (this._server) {
            this._removeListeners();
            this._removeListeners = this._server = null;
          }
          if (this.clients) {
            if (!this.clients.size) {
              process.nextTick(emitClose, this);
            } else {
              this._shouldEmitClose = true;
            }
          } else {
            process.nextTick(emitClose, this);
          }
        } else {
          const server = this._server;
          this._removeListeners();
          this._removeListeners = this._server = null;
          server.close(() => {
            emitClose(this);
          });
        }
      }
      /**
       * See if a given request should be handled by this server instance.
       *
       * @param {http.IncomingMessage} req Request object to inspect
       * @return {Boolean} `true` if the request is valid, else `false`
       * @public
       */
      shouldHandle(req) {
        if (this.options.path) {
          const index = req.url.indexOf("?");
          const pathname = index !== -1 ? req.url.slice(0, index) : req.url;
          if (pathname !== this.options.path) return false;
        }
        return true;
      }
      /**
       * Handle a HTTP Upgrade request.
       *
       * @param {http.IncomingMessage} req The request object
       * @param {Duplex} socket The network socket between the server and client
       * @param {Buffer} head The first packet of the upgraded stream
       * @param {Function} cb Callback
       * @public
       */
      handleUpgrade(req, socket, head, cb) {
        socket.on("error", socketOnError);
        const key = req.headers["sec-websocket-key"];
        const upgrade = req.headers.upgrade;
        const version = +req.headers["sec-websocket-version"];
        if (req.method !== "GET") {
          const message = "Invalid HTTP method";
          abortHandshakeOrEmitwsClientError(this, req, socket, 405, message);
          return;
        }
        if (upgrade === void 0 || upgrade.toLowerCase() !== "websocket") {
          const message = "Invalid Upgrade header";
          abortHandshakeOrEmitwsClientError(this, req, socket, 400, message);
          return;
        }
        if (key === void 0 || !keyRegex.test(key)) {
          const message = "Missing or invalid Sec-WebSocket-Key header";
          abortHandshakeOrEmitwsClientError(this, req, socket, 400, message);
          return;
        }
        if (version !== 13 && version !== 8) {
          const message = "Missing or invalid Sec-WebSocket-Version header";
          abortHandshakeOrEmitwsClientError(this, req, socket, 400, message, {
            "Sec-WebSocket-Version": "13, 8"
          });
          return;
        }
        if (!this.shouldHandle(req)) {
          abortHandshake(socket, 400);
          return;
        }
        const secWebSocketProtocol = req.headers["sec-websocket-protocol"];
        let protocols = /* @__PURE__ */ new Set();
        if (secWebSocketProtocol !== void 0) {
          try {
            protocols = subprotocol2.parse(secWebSocketProtocol);
          } catch (err) {
            const message = "Invalid Sec-WebSocket-Protocol header";
            abortHandshakeOrEmitwsClientError(this, req, socket, 400, message);
            return;
          }
        }
        const secWebSocketExtensions = req.headers["sec-websocket-extensions"];
        const extensions = {};
        if (this.options.perMessageDeflate && secWebSocketExtensions !== void 0) {
          const perMessageDeflate = new PerMessageDeflate2({
            ...this.options.perMessageDeflate,
            isServer: true,
            maxPayload: this.options.maxPayload
          });
          try {
            const offers = extension2.parse(secWebSocketExtensions);
            if (offers[PerMessageDeflate2.extensionName]) {
              perMessageDeflate.accept(offers[PerMessageDeflate2.extensionName]);
              extensions[PerMessageDeflate2.extensionName] = perMessageDeflate;
            }
          } catch (err) {
            const message = "Invalid or unacceptable Sec-WebSocket-Extensions header";
            abortHandshakeOrEmitwsClientError(this, req, socket, 400, message);
            return;
          }
        }
        if (this.options.verifyClient) {
          const info = {
            origin: req.headers[`${version === 8 ? "sec-websocket-origin" : "origin"}`],
            secure: !!(req.socket.authorized || req.socket.encrypted),
            req
          };
          if (this.options.verifyClient.length === 2) {
            this.options.verifyClient(info, (verified, code, message, headers) => {
              if (!verified) {
                return abortHandshake(socket, code || 401, message, headers);
              }
              this.completeUpgrade(
                extensions,
                key,
                protocols,
                req,
                socket,
                head,
                cb
              );
            });
            return;
          }
          if (!this.options.verifyClient(info)) return abortHandshake(socket, 401);
        }
        this.completeUpgrade(extensions, key, protocols, req, socket, head, cb);
      }
      /**
       * Upgrade the connection to WebSocket.
       *
       * @param {Object} extensions The accepted extensions
       * @param {String} key The value of the `Sec-WebSocket-Key` header
       * @param {Set} protocols The subprotocols
       * @param {http.IncomingMessage} req The request object
       * @param {Duplex} socket The network socket between the server and client
       * @param {Buffer} head The first packet of the upgraded stream
       * @param {Function} cb Callback
       * @throws {Error} If called more than once with the same socket
       * @private
       */
      completeUpgrade(extensions, key, protocols, req, socket, head, cb) {
        if (!socket.readable || !socket.writable) return socket.destroy();
        if (socket[kWebSocket]) {
          throw new Error(
            "server.handleUpgrade() was called more than once with the same socket, possibly due to a misconfiguration"
          );
        }
        if (this._state > RUNNING) return abortHandshake(socket, 503);
        const digest = createHash("sha1").update(key + GUID).digest("base64");
        const headers = [
          "HTTP/1.1 101 Switching Protocols",
          "Upgrade: websocket",
          "Connection: Upgrade",
          `Sec-WebSocket-Accept: ${digest}`
        ];
        const ws = new this.options.WebSocket(null, void 0, this.options);
        if (protocols.size) {
          const protocol = this.options.handleProtocols ? this.options.handleProtocols(protocols, req) : protocols.values().next().value;
          if (protocol) {
            headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
            ws._protocol = protocol;
          }
        }
        if (extensions[PerMessageDeflate2.extensionName]) {
          const params = extensions[PerMessageDeflate2.extensionName].params;
          const value = extension2.format({
            [PerMessageDeflate2.extensionName]: [params]
          });
          headers.push(`Sec-WebSocket-Extensions: ${value}`);
          ws._extensions = extensions;
        }
        this.emit("headers", headers, req);
        socket.write(headers.concat("\r\n").join("\r\n"));
        socket.removeListener("error", socketOnError);
        ws.setSocket(socket, head, {
          allowSynchronousEvents: this.options.allowSynchronousEvents,
          maxBufferedChunks: this.options.maxBufferedChunks,
          maxFragments: this.options.maxFragments,
          maxPayload: this.options.maxPayload,
          skipUTF8Validation: this.options.skipUTF8Validation
        });
        if (this.clients) {
          this.clients.add(ws);
          ws.on("close", () => {
            this.clients.delete(ws);
            if (this._shouldEmitClose && !this.clients.size) {
              process.nextTick(emitClose, this);
            }
          });
        }
        cb(ws, req);
      }
    };
    module.exports = WebSocketServer2;
    function addListeners(server, map) {
      for (const event of Object.keys(map)) server.on(event, map[event]);
      return function removeListeners() {
        for (const event of Object.keys(map)) {
          server.removeListener(event, map[event]);
        }
      };
    }
    function emitClose(server) {
      server._state = CLOSED;
      server.emit("close");
    }
    function socketOnError() {
      this.destroy();
    }
    function abortHandshake(socket, code, message, headers) {
      message = message || http.STATUS_CODES[code];
      headers = {
        Connection: "close",
        "Content-Type": "text/html",
        "Content-Length": Buffer.byteLength(message),
        ...headers
      };
      socket.once("finish", socket.destroy);
      socket.end(
        `HTTP/1.1 ${code} ${http.STATUS_CODES[code]}\r
` + Object.keys(headers).map((h) => `${h}: ${headers[h]}`).join("\r\n") + "\r\n\r\n" + message
      );
    }
    function abortHandshakeOrEmitwsClientError(server, req, socket, code, message, headers) {
      if (server.listenerCount("wsClientError")) {
        const err = new Error(message);
        Error.captureStackTrace(err, abortHandshakeOrEmitwsClientError);
        server.emit("wsClientError", err, socket, req);
      } else {
        abortHandshake(socket, code, message, headers);
      }
    }
  }
});

// libs/rpc/src/errors.ts
var RpcError = class extends Error {
  name = "RpcError";
  /** The JSON-RPC error code. Application codes stay out of −32768…−32000. */
  rpcCode;
  data;
  constructor(rpcCode, message, data) {
    super(message);
    this.rpcCode = rpcCode;
    this.data = data;
  }
};
var RPC_CODES = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  canceled: -32800
};
function canceled() {
  return new RpcError(RPC_CODES.canceled, "The call was cancelled.", { code: "canceled" });
}
var ConnectionClosedError = class extends Error {
  name = "ConnectionClosedError";
  hint;
  constructor(what, options) {
    super(what, options.cause === void 0 ? void 0 : { cause: options.cause });
    this.hint = options.hint;
  }
};

// libs/rpc/src/inbox.ts
var Inbox = class {
  #waiting = [];
  #listener;
  deliver(message) {
    if (this.#listener === void 0) this.#waiting.push(message);
    else this.#listener(message);
  }
  listen(listener) {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#listener = listener;
    for (const message of waiting) listener(message);
  }
};

// libs/rpc/src/line-buffer.ts
import { StringDecoder } from "node:string_decoder";
var MOST_PIECES = 1024;
var LineBuffer = class {
  #decoder = new StringDecoder("utf8");
  #pieces = [];
  #length = 0;
  /** Characters of the line that has not ended yet. */
  get pendingLength() {
    return this.#length;
  }
  /** The lines that `chunk` completes, without their ends. */
  push(chunk) {
    const lines = this.#decoder.write(chunk).split("\n");
    const rest = lines.pop() ?? "";
    if (lines.length > 0) {
      lines[0] = this.#pieces.join("") + (lines[0] ?? "");
      this.clear();
    }
    this.#keep(rest);
    return lines;
  }
  clear() {
    this.#pieces = [];
    this.#length = 0;
  }
  #keep(rest) {
    if (rest === "") return;
    this.#pieces.push(rest);
    this.#length += rest.length;
    if (this.#pieces.length > MOST_PIECES) this.#pieces = [this.#pieces.join("")];
  }
};

// libs/rpc/src/throttle.ts
var Throttle = class {
  #rate;
  #level = 0;
  #at;
  constructor(rate, nowMs) {
    this.#rate = rate;
    this.#at = nowMs;
  }
  /** Takes `amount` in; gives the milliseconds to wait before more is taken. */
  take(amount, nowMs) {
    const leakedSince = (nowMs - this.#at) / 1e3 * this.#rate.perSecond;
    this.#at = nowMs;
    this.#level = Math.max(0, this.#level - leakedSince) + amount;
    return Math.max(0, (this.#level - this.#rate.burst) / this.#rate.perSecond * 1e3);
  }
};

// libs/rpc/src/transport.ts
var MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

// libs/rpc/src/lines-transport.ts
var UNREAD_BYTES = 2 * MAX_MESSAGE_BYTES;
var LinesTransport = class {
  closed;
  #inbox = new Inbox();
  #lines = new LineBuffer();
  #output;
  #input;
  #options;
  #bytes;
  #messages;
  #close = () => void 0;
  #closedReason;
  #lineTimer;
  #rateTimer;
  #draining;
  #isHeld = false;
  constructor(input, output, options = {}) {
    this.#input = input;
    this.#output = output;
    this.#options = options;
    this.#bytes = throttle(options.bytes);
    this.#messages = throttle(options.messages);
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    input.on("data", (chunk) => this.#read(chunk));
    input.once("close", () => this.#end("the stream ended"));
    input.once("end", () => this.#end("the stream ended"));
    input.on("error", (error) => this.#end(error.message));
    output.on("error", (error) => this.#end(error.message));
  }
  async send(message) {
    if (this.#closedReason !== void 0) throw closedError(this.#closedReason);
    if (this.#output.write(`${message}
`)) return;
    if (this.#output.writableLength > UNREAD_BYTES)
      this.#refuse("it does not read what it is sent");
    await this.#drained();
  }
  listen(onMessage) {
    this.#inbox.listen(onMessage);
  }
  hold(isHolding) {
    this.#isHeld = isHolding;
    this.#flow();
  }
  async [Symbol.asyncDispose]() {
    this.#end("closed here");
    this.#output.end();
  }
  /** One wait for all that are sending. */
  #drained() {
    this.#draining ??= new Promise((resolve) => this.#output.once("drain", resolve)).then(
      () => {
        this.#draining = void 0;
      }
    );
    return Promise.race([this.#draining, this.closed]);
  }
  #read(chunk) {
    if (this.#closedReason !== void 0) return;
    const lines = this.#lines.push(chunk);
    if (lines.length > 0) this.#stopLineTimer();
    for (const line of lines) this.#deliver(line);
    const maxBytes = this.#options.maxBytes ?? MAX_MESSAGE_BYTES;
    if (this.#lines.pendingLength > maxBytes)
      this.#refuse(`a message was longer than ${maxBytes} bytes`);
    else this.#slowDown(chunk.length, lines.length);
  }
  #deliver(line) {
    if (this.#closedReason === void 0 && line.trim() !== "") this.#inbox.deliver(line);
  }
  #slowDown(bytes, messages) {
    const now = performance.now();
    const waitMs = Math.max(
      this.#bytes?.take(bytes, now) ?? 0,
      this.#messages?.take(messages, now) ?? 0
    );
    if (waitMs >= 1) {
      this.#rateTimer ??= setTimeout(() => {
        this.#rateTimer = void 0;
        this.#flow();
      }, waitMs);
    }
    this.#flow();
  }
  /** Reads, or does not; a line that we do not read does not take too long. */
  #flow() {
    if (this.#closedReason !== void 0 || this.#isHeld || this.#rateTimer !== void 0) {
      this.#input.pause();
      this.#stopLineTimer();
      return;
    }
    if (this.#input.isPaused()) this.#input.resume();
    const { lineMs } = this.#options;
    if (lineMs === void 0 || this.#lines.pendingLength === 0) return;
    const late = () => this.#refuse(`a message was not complete after ${lineMs / 1e3} s`);
    this.#lineTimer ??= setTimeout(late, lineMs).unref();
  }
  #stopLineTimer() {
    clearTimeout(this.#lineTimer);
    this.#lineTimer = void 0;
  }
  #refuse(why) {
    this.#options.onRefused?.(why);
    this.#end(why);
  }
  #end(reason) {
    if (this.#closedReason !== void 0) return;
    this.#closedReason = reason;
    this.#lines.clear();
    clearTimeout(this.#rateTimer);
    this.#flow();
    this.#close(reason);
  }
};
function throttle(rate) {
  return rate === void 0 ? void 0 : new Throttle(rate, performance.now());
}
function closedError(reason) {
  return new ConnectionClosedError(`The connection is closed: ${reason}.`, {
    hint: "Connect again."
  });
}

// libs/rpc/src/incoming-calls.ts
var import_json_rpc_2 = __toESM(require_dist(), 1);

// libs/rpc/src/outflow.ts
var WINDOW = 256;
var BATCH = 64;
var BATCH_LENGTH = 1024 * 1024;
var Outflow = class {
  #send;
  #queue = [];
  #unacknowledged = 0;
  #credit;
  #flushing;
  #isClosed = false;
  /** `send` takes a JSON array. */
  constructor(send) {
    this.#send = send;
  }
  /** Queues `item`; resolves when there is room for the next one. */
  async report(item) {
    if (this.#isClosed) return;
    this.#queue.push(JSON.stringify(item));
    this.#flushing ??= this.#flush();
    while (!this.#isClosed && this.#queue.length + this.#unacknowledged >= WINDOW)
      await this.#room();
  }
  acknowledge(count) {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - count);
    this.#wake();
  }
  /** Sends what is queued. */
  async drain() {
    while (this.#flushing !== void 0) await this.#flushing;
  }
  close() {
    this.#isClosed = true;
    this.#queue = [];
    this.#wake();
  }
  async #flush() {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0 && !this.#isClosed) {
      const items = this.#queue.splice(0, batchOf(this.#queue));
      this.#unacknowledged += items.length;
      await this.#send(`[${items.join()}]`).catch(() => this.close());
    }
    this.#flushing = void 0;
  }
  #room() {
    this.#credit ??= Promise.withResolvers();
    return this.#credit.promise;
  }
  #wake() {
    this.#credit?.resolve();
    this.#credit = void 0;
  }
};
function batchOf(items) {
  let length = 0;
  const full = items.findIndex((item) => {
    length += item.length;
    return length > BATCH_LENGTH;
  });
  return Math.min(BATCH, full < 1 ? full === 0 ? 1 : items.length : full);
}

// libs/rpc/src/incoming-calls.ts
var MOST_CALLS = 1024;
var IncomingCalls = class {
  #running = /* @__PURE__ */ new Map();
  #server = new import_json_rpc_2.JSONRPCServer({ errorListener: () => void 0 });
  #send;
  #options;
  constructor(send, options) {
    this.#send = send;
    this.#options = options;
    for (const binding of options.bindings ?? []) {
      this.#server.addMethodAdvanced(
        binding.method.name,
        (request) => this.#carryOut(binding, request.id ?? "", request.params)
      );
    }
  }
  /** Carries out one request: params are checked, progress is sent before the answer, errors are put into words. Never rejects. */
  async serve({ id, method, params }) {
    if (!this.#server.hasMethod(method)) return failed(id, unknownMethod(method));
    if (this.#running.has(id) || this.#running.size >= MOST_CALLS) return failed(id, refused(id));
    const answer = await this.#server.receive({ jsonrpc: "2.0", id, method, params });
    return answer ?? failed(id, unknownMethod(method));
  }
  async #carryOut(binding, id, params) {
    const running = this.#admit(id);
    try {
      const result = await this.#handle(binding, params, running);
      await running.outflow.drain();
      return { jsonrpc: "2.0", id, result: result ?? null };
    } catch (error) {
      await running.outflow.drain();
      return failed(id, this.#translate(error, running.abort.signal));
    } finally {
      running.outflow.close();
      this.#running.delete(id);
    }
  }
  acknowledge(id, count) {
    this.#running.get(id)?.outflow.acknowledge(count);
  }
  cancel(id) {
    this.#running.get(id)?.abort.abort(canceled());
  }
  /** The other end is gone: every call is cancelled. */
  abandon(reason) {
    for (const { abort, outflow } of this.#running.values()) {
      outflow.close();
      abort.abort(
        new RpcError(RPC_CODES.canceled, `The caller went away (${reason}).`, { code: "canceled" })
      );
    }
  }
  /** Knows the request from now on, so that a cancel right behind it is not lost. */
  #admit(id) {
    const start = `{"jsonrpc":"2.0","method":"$/progress","params":{"id":${JSON.stringify(id)},"items":`;
    const outflow = new Outflow((items) => this.#send(`${start}${items}}}`));
    const running = { abort: new AbortController(), outflow };
    this.#running.set(id, running);
    return running;
  }
  async #handle(binding, params, { abort, outflow }) {
    return await binding.handle(parseParams(binding, params), {
      signal: abort.signal,
      report: (item) => outflow.report(item)
    });
  }
  #translate(error, signal) {
    if (error instanceof RpcError) return error;
    const translated = this.#options.toRpcError?.(error);
    if (translated !== void 0) return translated;
    if (signal.aborted) return canceled();
    this.#options.onDefect?.(error);
    return new RpcError(
      RPC_CODES.internal,
      "Something went wrong inside; it is a defect, not your input.",
      {
        code: "internal",
        hint: "See the log of the process that answered, and report it."
      }
    );
  }
};
function unknownMethod(method) {
  const message = `There is no method ${method.slice(0, 100)}.`;
  return new RpcError(RPC_CODES.methodNotFound, message, { code: "method-not-found" });
}
function refused(id) {
  const message = `Request ${String(id).slice(0, 100)} is under way already, or too many are.`;
  return new RpcError(RPC_CODES.invalidRequest, message, {
    code: "protocol",
    hint: "Give each request an id of its own, and wait for answers."
  });
}
function failed(id, error) {
  return {
    jsonrpc: "2.0",
    id,
    error: { code: error.rpcCode, message: error.message, data: error.data }
  };
}
function parseParams(binding, params) {
  const parsed = binding.method.params.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "params"}: ${message}`
  );
  throw new RpcError(
    RPC_CODES.invalidParams,
    `Invalid params of ${binding.method.name}: ${issues.join("; ")}.`,
    {
      code: "invalid-params",
      hint: "Compare the call with the method's description in rpc.discover."
    }
  );
}

// libs/rpc/src/screen.ts
var MOST_LEVELS = 100;
function screen(root, clean) {
  let level = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MOST_LEVELS) return `The message is nested deeper than ${MOST_LEVELS} levels.`;
    const below = [];
    for (const one of level) screenOne(one, below, clean);
    level = below;
  }
  return void 0;
}
function screenOne(one, below, clean) {
  for (const key in one) {
    const value = one[key];
    if (key === "__proto__" || clean !== void 0 && clean(key) !== key) delete one[key];
    else if (typeof value === "object" && value !== null) below.push(value);
    else if (typeof value === "string" && clean !== void 0) one[key] = clean(value);
  }
}

// libs/rpc/src/message.ts
function readMessage(text, clean) {
  const value = parse(text);
  if (value === void 0) return broken(RPC_CODES.parse, "The message is not JSON.");
  if (!isRecord(value) || value["jsonrpc"] !== "2.0") return notRpc();
  const problem = screen(value, clean);
  if (problem !== void 0) return broken(RPC_CODES.invalidRequest, problem);
  return typeof value["method"] === "string" ? readCall(value, value["method"]) : readAnswer(value);
}
function readCall(value, method) {
  const { id, params } = value;
  if (method.startsWith("$/")) return readFlow(method, params);
  if (id === void 0) return { kind: "ignored" };
  return isId(id) ? { kind: "request", id, method, params } : notRpc();
}
function readFlow(method, params) {
  const { id, items, count } = isRecord(params) ? params : {};
  return {
    kind: "flow",
    method,
    id: isId(id) ? id : null,
    items: Array.isArray(items) ? items : [],
    count: Number.isSafeInteger(count) && Number(count) > 0 ? Number(count) : 0
  };
}
function readAnswer(value) {
  const { id, result, error } = value;
  if (!isId(id) && id !== null) return notRpc();
  if (isError(error)) return { kind: "answer", id, error };
  return result === void 0 ? notRpc() : { kind: "answer", id, result };
}
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isId(value) {
  return typeof value === "string" || typeof value === "number";
}
function isError(value) {
  return isRecord(value) && typeof value["code"] === "number" && typeof value["message"] === "string";
}
function notRpc() {
  return broken(RPC_CODES.invalidRequest, "The message is not a JSON-RPC 2.0 request.");
}
function broken(code, why) {
  return { kind: "broken", code, why };
}

// libs/rpc/src/outgoing-calls.ts
var import_json_rpc_22 = __toESM(require_dist(), 1);

// libs/rpc/src/call.ts
var ACKNOWLEDGE_EVERY = 64;
var ITEM_BYTES = 256;
var Call = class {
  /** Rejects with `RpcError` or `ConnectionClosedError`. May be left unobserved. */
  result;
  #control;
  #items = [];
  #consumed = 0;
  #isOver = false;
  #isDiscarding = false;
  #wake;
  constructor(result, control) {
    this.#control = control;
    this.result = result;
    const finish = () => {
      this.#isOver = true;
      this.#wake?.();
    };
    result.then(finish, finish);
  }
  /** Takes items as they arrive from the wire, `length` characters of JSON together. */
  receive(items, length) {
    if (this.#isDiscarding) {
      this.#control.acknowledge(items.length);
      return;
    }
    const bytes = ITEM_BYTES + Math.ceil(length / Math.max(1, items.length));
    for (const value of items) this.#items.push({ value, bytes });
    this.#control.hold(bytes * items.length);
    this.#wake?.();
  }
  /** For a caller that wants the result alone: items are dropped as they come. */
  discard() {
    this.#isDiscarding = true;
    const dropped = this.#items.splice(0);
    for (const { bytes } of dropped) this.#control.hold(-bytes);
    if (dropped.length > 0) this.#control.acknowledge(dropped.length);
    return this;
  }
  async *[Symbol.asyncIterator]() {
    try {
      while (true) {
        const item = this.#items.shift();
        if (item !== void 0) {
          this.#count(item.bytes);
          yield item.value;
        } else if (this.#isOver) {
          return;
        } else {
          await new Promise((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.discard();
      if (!this.#isOver) this.#control.cancel();
    }
  }
  #count(bytes) {
    this.#control.hold(-bytes);
    this.#consumed += 1;
    if (this.#consumed < ACKNOWLEDGE_EVERY && this.#items.length > 0) return;
    this.#control.acknowledge(this.#consumed);
    this.#consumed = 0;
  }
};

// libs/rpc/src/outgoing-calls.ts
var SHOWN_ISSUES = 3;
var OutgoingCalls = class {
  #pending = /* @__PURE__ */ new Map();
  #line;
  #client;
  #nextId = 1;
  constructor(line) {
    this.#line = line;
    this.#client = new import_json_rpc_22.JSONRPCClient((message) => this.#sendRequest(message));
  }
  start(method, params, { signal, patience }) {
    if (signal?.aborted === true) return neverSent();
    const id = this.#nextId++;
    const done = Promise.withResolvers();
    const cancel = () => this.#notify("$/cancel", { id });
    const call = new Call(done.promise, {
      acknowledge: (count) => this.#notify("$/ack", { id, count }),
      cancel,
      hold: (bytes) => this.#line.hold(bytes)
    });
    const giveUp = (error) => {
      done.reject(error);
      call.discard();
      cancel();
    };
    const stopWaiting = wait(giveUp, { signal, patience, cancel });
    const finish = (settle) => {
      this.#pending.delete(id);
      stopWaiting();
      settle();
    };
    const fail = (error) => finish(() => done.reject(error));
    this.#pending.set(id, {
      fail,
      receive: guarded(method, call, giveUp),
      isAnswered: false
    });
    this.#client.requestAdvanced({ jsonrpc: "2.0", id, method: method.name, params }).then((answer) => finish(() => settleWith(method, answer, done)), fail);
    return call;
  }
  /** False when nobody waits for it, or no longer: the library would pass over it without a word. */
  settle({ id, result, error }) {
    const pending = this.#pending.get(id);
    if (pending === void 0 || pending.isAnswered) return false;
    pending.isAnswered = true;
    const answer = error === void 0 ? { jsonrpc: "2.0", id, result } : { jsonrpc: "2.0", id, error };
    this.#client.receive(answer);
    return true;
  }
  /** False when nobody waits for it. */
  receive(id, items, length) {
    const pending = this.#pending.get(id);
    pending?.receive(items, length);
    return pending !== void 0;
  }
  failAll(error) {
    for (const pending of this.#pending.values()) pending.fail(error());
  }
  /** The library makes an answer of an error in sending; the caller is to get the error itself. */
  async #sendRequest(message) {
    try {
      await this.#line.send(message);
    } catch (error) {
      this.#pending.get(message.id ?? null)?.fail(error);
      throw error;
    }
  }
  #notify(method, params) {
    this.#line.send({ jsonrpc: "2.0", method, params }).catch(() => void 0);
  }
};
function neverSent() {
  const nothing = () => void 0;
  const control = { acknowledge: nothing, cancel: nothing, hold: nothing };
  return new Call(Promise.reject(canceled()), control);
}
function wait(giveUp, { signal, patience, cancel }) {
  const timers = [];
  const after = (ms, what) => {
    if (patience !== void 0 && ms !== void 0)
      timers.push(setTimeout(() => giveUp(patience.late(what)), ms));
  };
  const onAbort = () => {
    cancel();
    after(patience?.cancelMs, "cancel");
  };
  after(patience?.answerMs, "answer");
  signal?.addEventListener("abort", onAbort, { once: true });
  return () => {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
}
function guarded(method, call, onBroken) {
  return (items, length) => {
    try {
      call.receive(parseItems(method, items), length);
    } catch (error) {
      onBroken(error);
    }
  };
}
function settleWith(method, { result, error }, done) {
  if (error !== void 0) done.reject(toRpcError(error));
  else {
    const parsed = method.result.safeParse(result);
    if (parsed.success) done.resolve(parsed.data);
    else done.reject(protocolError(`the result of ${method.name}`, parsed.error));
  }
}
function parseItems(method, items) {
  return items.map((item) => {
    const parsed = method.progress?.safeParse(item);
    if (parsed?.success === true) return parsed.data;
    throw protocolError(`progress of ${method.name}`, parsed?.error);
  });
}
function protocolError(what, error) {
  const issues = error?.issues.slice(0, SHOWN_ISSUES) ?? [];
  const texts = issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  const detail = texts.join("; ") || "nothing was expected";
  return new RpcError(
    RPC_CODES.invalidRequest,
    `The other end sent something else than ${what}: ${detail}`,
    {
      code: "protocol",
      hint: "Both ends must speak the same version of the protocol; update the older one."
    }
  );
}
function toRpcError({ code, message, data }) {
  const known = code === RPC_CODES.methodNotFound ? "method-not-found" : "internal";
  return new RpcError(code, message, isErrorData(data) ? data : { code: known });
}
function isErrorData(data) {
  return typeof data === "object" && data !== null && "code" in data && typeof data.code === "string";
}

// libs/rpc/src/peer.ts
var HOLD_BYTES = { most: 32 * 1024 * 1024, again: 8 * 1024 * 1024 };
var Peer = class {
  /** Settles with the reason when the connection is over. */
  closed;
  #transport;
  #incoming;
  #outgoing;
  #options;
  #other;
  #heldBytes = 0;
  #isHolding = false;
  #closedReason;
  constructor(transport, options = {}) {
    this.#transport = transport;
    this.#options = options;
    this.#other = options.other ?? "the other end";
    this.#incoming = new IncomingCalls((text) => transport.send(text), options);
    this.#outgoing = new OutgoingCalls({
      send: (message) => this.#sendOpen(message),
      hold: (bytes) => this.#hold(bytes)
    });
    transport.listen((text) => this.#receive(text));
    this.closed = transport.closed.then((reason) => this.#end(reason));
  }
  /** Starts a call. Its progress must be iterated, or discarded with `discard()`. */
  call(method, params, options = {}) {
    return this.#outgoing.start(method, params, options);
  }
  /** Calls and gives the result; progress is dropped. */
  request(method, params, options = {}) {
    return this.call(method, params, options).discard().result;
  }
  async [Symbol.asyncDispose]() {
    await this.#transport[Symbol.asyncDispose]();
    await this.closed;
  }
  #closedError(cause) {
    const reason = this.#closedReason ?? "closed";
    return new ConnectionClosedError(`The connection to ${this.#other} ended (${reason}).`, {
      hint: `See whether ${this.#other} still runs, then try again.`,
      cause
    });
  }
  async #sendOpen(message) {
    if (this.#closedReason !== void 0) throw this.#closedError();
    try {
      await this.#transport.send(JSON.stringify(message));
    } catch (error) {
      throw error instanceof ConnectionClosedError ? this.#closedError(error) : error;
    }
  }
  #receive(text) {
    this.#options.onMessage?.();
    const message = readMessage(text, this.#options.clean);
    if (message.kind === "answer") {
      if (!this.#outgoing.settle(message)) this.#stray("an answer to a call that nobody made");
    } else if (message.kind === "request") void this.#serve(message);
    else if (message.kind === "flow") this.#flow(message, text.length);
    else if (message.kind === "broken") this.#refuse(message, text);
  }
  async #serve(request) {
    await this.#reply(await this.#incoming.serve(request));
  }
  #refuse({ code, why }, text) {
    this.#stray(`"${text.slice(0, 80)}", which is no message (${why})`);
    void this.#reply({ jsonrpc: "2.0", id: null, error: { code, message: why } });
  }
  async #reply(answer) {
    await this.#transport.send(JSON.stringify(answer)).catch(() => void 0);
  }
  #flow({ method, id, items, count }, length) {
    if (method === "$/progress") {
      if (!this.#outgoing.receive(id, items, length)) this.#stray("progress of no call");
    } else if (id === null) return;
    else if (method === "$/ack") this.#incoming.acknowledge(id, count);
    else if (method === "$/cancel") this.#incoming.cancel(id);
  }
  #stray(what) {
    this.#options.onStray?.(what);
  }
  #hold(bytes) {
    this.#heldBytes += bytes;
    const isHolding = this.#heldBytes > (this.#isHolding ? HOLD_BYTES.again : HOLD_BYTES.most);
    if (isHolding === this.#isHolding) return;
    this.#isHolding = isHolding;
    this.#transport.hold?.(isHolding);
  }
  #end(reason) {
    this.#closedReason = reason;
    this.#incoming.abandon(reason);
    this.#outgoing.failAll(() => this.#closedError());
    return reason;
  }
};

// libs/rpc/src/ws-listener.ts
import { createServer } from "node:http";
import { chmod } from "node:fs/promises";
import { once } from "node:events";

// node_modules/ws/wrapper.mjs
var import_stream = __toESM(require_stream(), 1);
var import_extension = __toESM(require_extension(), 1);
var import_permessage_deflate = __toESM(require_permessage_deflate(), 1);
var import_receiver = __toESM(require_receiver(), 1);
var import_sender = __toESM(require_sender(), 1);
var import_subprotocol = __toESM(require_subprotocol(), 1);
var import_websocket = __toESM(require_websocket(), 1);
var import_websocket_server = __toESM(require_websocket_server(), 1);
var wrapper_default = import_websocket.default;

// libs/rpc/src/ws-transport.ts
var HIGH_WATER_BYTES = 1024 * 1024;
var WebSocketTransport = class {
  closed;
  #socket;
  #inbox = new Inbox();
  constructor(socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve(`${code} ${reason.toString()}`.trim()));
    });
    socket.on("error", () => void 0);
    socket.on("message", (data, isBinary) => {
      if (isBinary || !Buffer.isBuffer(data)) socket.close(1003, "text messages only");
      else this.#inbox.deliver(data.toString("utf8"));
    });
  }
  async send(message) {
    if (this.#socket.readyState !== wrapper_default.OPEN) {
      throw new ConnectionClosedError("The WebSocket is closed.", { hint: "Connect again." });
    }
    const flushed = new Promise((resolve) => this.#socket.send(message, () => resolve()));
    if (this.#socket.bufferedAmount > HIGH_WATER_BYTES) await flushed;
  }
  listen(onMessage) {
    this.#inbox.listen(onMessage);
  }
  async [Symbol.asyncDispose]() {
    if (this.#socket.readyState === wrapper_default.CLOSED) return;
    this.#socket.close(1e3);
    const timer = setTimeout(() => this.#socket.terminate(), 500);
    await this.closed;
    clearTimeout(timer);
  }
};

// libs/rpc/src/ws-listener.ts
var WebSocketListener = class _WebSocketListener {
  #http;
  #server;
  constructor(http, server) {
    this.#http = http;
    this.#server = server;
  }
  /** Listens at `path` with mode 0600. A request with an `Origin` comes from a browser and is refused. */
  static async listen(path, onConnection) {
    const http = createServer((_request, response) => {
      response.writeHead(426, { "content-type": "text/plain" }).end("gantryd speaks JSON-RPC over WebSocket.\n");
    });
    const server = new import_websocket_server.default({
      server: http,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      verifyClient: ({ req }) => req.headers.origin === void 0
    });
    server.on("connection", (socket) => onConnection(new WebSocketTransport(socket)));
    server.on("error", () => void 0);
    await listenPrivately(http, path);
    return new _WebSocketListener(http, server);
  }
  async [Symbol.asyncDispose]() {
    for (const client of this.#server.clients) client.close(1001, "the daemon stops");
    setTimeout(() => this.#terminateAll(), 500).unref();
    this.#server.close();
    const closed = once(this.#http, "close");
    this.#http.close();
    this.#http.closeIdleConnections();
    await closed;
  }
  #terminateAll() {
    for (const client of this.#server.clients) client.terminate();
  }
};
async function listenPrivately(http, path) {
  const before = process.umask(127);
  try {
    http.listen(path);
    await once(http, "listening");
  } finally {
    process.umask(before);
  }
  await chmod(path, 384);
}

// libs/rpc/src/method.ts
function defineMethod(method) {
  return method;
}
function bind(method, handler) {
  return { method, handle: handler };
}

// libs/driver-api/src/errors.ts
var DRIVER_ERROR_CODES = [
  "base-unusable",
  "build-failed",
  "canceled",
  "conflict",
  "driver-lost",
  "engine-lost",
  "engine-unavailable",
  "file-exists",
  "image-mismatch",
  "image-not-found",
  "internal",
  "invalid-options",
  "invalid-request",
  "no-space",
  "not-found",
  "protocol",
  "registry-unreachable",
  "timeout",
  "unauthorized",
  "unsupported"
];
var DriverError = class extends Error {
  name = "DriverError";
  code;
  hint;
  need;
  location;
  constructor(code, message, options) {
    super(message, options.cause === void 0 ? void 0 : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    if (options.need !== void 0) this.need = options.need;
    if (options.location !== void 0) this.location = options.location;
  }
};

// libs/terminal-text/src/without-commands.ts
var STRING_END = /\x07|\x1b\\|\x9c/g;
var COMMAND = /\x1b|[\x90\x98\x9b\x9d-\x9f]/g;
var PARAMETERS = /[0-?]*[ -/]*[@-~]?/y;
var SHORT = /[ -/]*[0-~]?/y;
function withoutCommands(text) {
  const kept = [];
  let hasStringEnd = true;
  let at = 0;
  for (; ; ) {
    const start = seek(COMMAND, text, at);
    kept.push(text.slice(at, start?.index));
    if (start === void 0) return kept.join("");
    const kind = start.text === "\x1B" ? text[start.end] ?? "" : `C1${start.text}`;
    const after = start.text === "\x1B" ? start.end + kind.length : start.end;
    if (kind === "[" || kind === "C1\x9B") at = skip(PARAMETERS, text, after);
    else if (!/^(?:[\]PX^_]|C1)/.test(kind)) at = skip(SHORT, text, start.end);
    else {
      const end = hasStringEnd ? seek(STRING_END, text, after) : void 0;
      hasStringEnd = end !== void 0;
      at = end?.end ?? after;
    }
  }
}
function seek(pattern, text, from) {
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  if (found === null) return void 0;
  return { index: found.index, end: found.index + found[0].length, text: found[0] };
}
function skip(pattern, text, from) {
  return seek(pattern, text, from)?.end ?? from;
}

// libs/driver-api/src/wire/clean-text.ts
var CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
var ALL_CONTROLS = new RegExp(CONTROLS, "g");
function cleanText(text) {
  if (!CONTROLS.test(text)) return text;
  const lines = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  return withoutCommands(lines).replaceAll(ALL_CONTROLS, "");
}
function shortText(text, most) {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}\u2026 (${text.length - most} characters left out)`;
}

// libs/driver-api/src/wire/errors.ts
var WireLocation = external_exports.object({
  path: external_exports.string().min(1).max(4096),
  line: external_exports.int().positive().exactOptional(),
  column: external_exports.int().positive().exactOptional()
});
var DRIVER_ERROR_RPC_CODE = 1;
function toWireError(error) {
  if (!(error instanceof DriverError)) return void 0;
  const { code, message, hint, need, location } = error;
  return new RpcError(DRIVER_ERROR_RPC_CODE, message, {
    code,
    hint,
    ...need === void 0 ? {} : { need },
    ...location === void 0 ? {} : { location }
  });
}
function fromWireError(error, name, fault) {
  if (error instanceof DriverError) return error;
  if (error instanceof ConnectionClosedError) {
    if (fault !== void 0) return protocolError2(name, fault, error);
    return new DriverError("driver-lost", `Driver ${name} ended in the middle of its work.`, {
      hint: `See \`gantry drivers doctor ${name}\` for what it printed last.`,
      cause: error
    });
  }
  if (!(error instanceof RpcError)) return protocolError2(name, messageOf(error), error);
  if (error.rpcCode === RPC_CODES.canceled) {
    return new DriverError("canceled", "The work was cancelled.", {
      hint: "Start it again.",
      cause: error
    });
  }
  if (error.rpcCode === RPC_CODES.invalidRequest) return protocolError2(name, error.message, error);
  const code = DRIVER_ERROR_CODES.find((known) => known === error.data.code);
  return code === void 0 ? protocolError2(name, messageOf(error), error) : sentError(code, error);
}
function protocolError2(name, detail, cause) {
  const told = shortText(detail, 500);
  return new DriverError("protocol", `Driver ${name} broke the driver protocol: ${told}`, {
    hint: `Update driver ${name}, or tell its author.`,
    cause
  });
}
function sentError(code, error) {
  const { hint, need, location } = error.data;
  const place = toLocation(location);
  return new DriverError(code, shortText(error.message, 4e3), {
    hint: typeof hint === "string" ? shortText(hint, 1e3) : "See the driver's documentation.",
    cause: error,
    ...typeof need === "string" ? { need: shortText(need, 200) } : {},
    ...place === void 0 ? {} : { location: place }
  });
}
function messageOf(error) {
  return error instanceof Error ? error.message : "an answer that makes no sense";
}
function toLocation(value) {
  return WireLocation.safeParse(value).data;
}

// libs/driver-api/src/wire/patience.ts
var DRIVER_PATIENCE = {
  shortMs: 1e4,
  longMs: 6e4,
  cancelMs: 1e4,
  lineMs: 3e4
};
var SHORT2 = /* @__PURE__ */ new Set(["driver.describe", "driver.initialize", "driver.probe", "run.handles"]);
var LONG = /* @__PURE__ */ new Set([
  "image.inspect",
  "image.tag",
  "image.remove",
  "run.observe",
  "run.recover",
  "run.stop",
  "run.remove",
  "run.sweep",
  "terminal.write",
  "terminal.resize"
]);
function patienceFor({ name, method, moreMs, patience, onStuck }) {
  const base = SHORT2.has(method) ? patience.shortMs : LONG.has(method) ? patience.longMs : void 0;
  const answerMs = base === void 0 ? void 0 : base + moreMs;
  return {
    answerMs,
    cancelMs: patience.cancelMs,
    late(what) {
      const error = what === "answer" ? unanswered(name, method, answerMs ?? 0) : unheeded(name, patience);
      onStuck(error.message);
      return error;
    }
  };
}
function unanswered(name, method, ms) {
  return new DriverError(
    "timeout",
    `Driver ${name} did not answer ${method} within ${ms / 1e3} s.`,
    { hint: `See \`gantry drivers doctor ${name}\`; its process gets no more work.` }
  );
}
function unheeded(name, { cancelMs }) {
  return new DriverError(
    "canceled",
    `The work was cancelled, but driver ${name} did not react within ${cancelMs / 1e3} s.`,
    { hint: "Look at the engine: what the driver started may go on. Its process is stopped." }
  );
}

// libs/driver-api/src/wire/caller.ts
var Caller = class {
  peer;
  name;
  #options;
  constructor(peer, options) {
    this.peer = peer;
    this.name = options.name;
    this.#options = options;
  }
  async request(method, params, signal) {
    return await this.requestFor(method, params, { signal, moreMs: 0 });
  }
  /** For a call that says itself how long it may take. */
  async requestFor(method, params, { signal, moreMs }) {
    try {
      return await this.peer.request(method, params, this.#callOptions(method, moreMs, signal));
    } catch (error) {
      throw this.#translate(error, signal);
    }
  }
  /** Iterates what the call says and returns its result. */
  async *stream(method, params, signal) {
    const call = this.peer.call(method, params, this.#callOptions(method, 0, signal));
    try {
      for await (const item of call) yield item;
      return await call.result;
    } catch (error) {
      throw this.#translate(error, signal);
    }
  }
  /** Passes what the call says on to `report` and gives its result. */
  async follow(method, params, work) {
    const items = this.stream(method, params, work.signal);
    while (true) {
      const next = await items.next();
      if (next.done === true) return next.value;
      await work.report(next.value);
    }
  }
  #callOptions(method, moreMs, signal) {
    const { name, patience, onStuck } = this.#options;
    return {
      signal,
      patience: patienceFor({ name, method: method.name, moreMs, patience, onStuck })
    };
  }
  #translate(error, signal) {
    const { name, conduct } = this.#options;
    const translated = fromWireError(error, name, conduct.fault);
    if (translated.code !== "canceled" || signal?.aborted === true) return translated;
    return protocolError2(name, "it says that the work was cancelled, but nobody did that", error);
  }
};

// libs/driver-api/src/wire/conduct.ts
var MOST_STRAYS = 20;
var SHOWN = 300;
var Conduct = class {
  /** What the driver did against the protocol, once that ended the connection. */
  fault;
  /** Nothing is forgiven before the handshake is done. */
  isStrict = true;
  /** When something last came in, in milliseconds of `performance.now()`. */
  heardAt = performance.now();
  #strays = 0;
  #end = () => void 0;
  /** Takes the way to end the connection. */
  onEnd(end) {
    this.#end = end;
    if (this.fault !== void 0) end();
  }
  heard = () => {
    this.heardAt = performance.now();
  };
  stray = (what) => {
    this.#strays += 1;
    const times = this.isStrict ? "" : `${this.#strays} messages that belong to nothing, the last `;
    if (this.isStrict || this.#strays > MOST_STRAYS) this.refuse(`it sent ${times}${what}`);
  };
  refuse = (why) => {
    this.fault ??= shortText(why, SHOWN);
    this.#end();
  };
};

// libs/driver-api/src/wire/bound-event.ts
var MOST = { log: 1024 * 1024, other: 8192 };
function boundEvent(event) {
  const bounded2 = { ...event };
  const most = event.kind === "log" ? MOST.log : MOST.other;
  for (const [key, value] of Object.entries(event))
    if (typeof value === "string" && value.length > MOST.other)
      bounded2[key] = shortText(value, key === "text" ? most : MOST.other);
  return bounded2;
}
function bounding({ signal, report }) {
  return { signal, report: (event) => report(boundEvent(event)) };
}

// libs/reports/src/capabilities.ts
var BuildFeature = external_exports.enum([
  "build-args",
  "cache-from",
  "cache-to",
  "extra-hosts",
  "labels",
  "multi-platform",
  "named-contexts",
  "network-host",
  "network-none",
  "no-cache",
  "pull",
  "secrets",
  "ssh",
  "target"
]);
var RunFeature = external_exports.enum([
  "capabilities",
  "cpu-limit",
  "engine-socket",
  "memory-limit",
  "mounts",
  "named-network",
  "network-default",
  "network-host",
  "network-none",
  "observe",
  "pids-limit",
  "privileged",
  "recover",
  "terminal"
]);
var BuildCapabilities = external_exports.object({
  /** `os/architecture[/variant]` each. */
  platforms: external_exports.array(external_exports.string()),
  features: external_exports.array(BuildFeature)
});
var RunCapabilities = external_exports.object({
  platforms: external_exports.array(external_exports.string()),
  features: external_exports.array(RunFeature),
  /** Nothing is executed: the caller records nothing of such a run. */
  dryRun: external_exports.literal(true).exactOptional()
});

// libs/reports/src/event.ts
var LogEvent = external_exports.object({
  kind: external_exports.literal("log"),
  stream: external_exports.enum(["stdout", "stderr"]),
  text: external_exports.string(),
  /** The step that printed it, where there are steps. */
  step: external_exports.string().exactOptional()
});
var StepEvent = external_exports.object({
  kind: external_exports.literal("step"),
  /** Names the step in every later event of the same work. */
  step: external_exports.string().min(1),
  /** For people: the instruction as written, or what is done. */
  title: external_exports.string(),
  state: external_exports.enum(["started", "done", "cached", "failed", "canceled"]),
  /** Why a started step was not cached, or why it failed. One sentence. */
  reason: external_exports.string().exactOptional(),
  /** Milliseconds that the step took; present once it ended. */
  durationMs: external_exports.number().nonnegative().exactOptional()
});
var ProgressEvent = external_exports.object({
  kind: external_exports.literal("progress"),
  step: external_exports.string().exactOptional(),
  title: external_exports.string(),
  current: external_exports.number().nonnegative(),
  total: external_exports.number().nonnegative().exactOptional(),
  unit: external_exports.enum(["bytes", "items"])
});
var NoticeEvent = external_exports.object({
  kind: external_exports.literal("notice"),
  level: external_exports.enum(["info", "warning"]),
  text: external_exports.string(),
  hint: external_exports.string().exactOptional()
});
var WorkEvent = external_exports.discriminatedUnion("kind", [
  LogEvent,
  StepEvent,
  ProgressEvent,
  NoticeEvent
]);

// libs/reports/src/platform.ts
var Platform = external_exports.object({
  os: external_exports.string().min(1),
  architecture: external_exports.string().min(1),
  variant: external_exports.string().min(1).exactOptional()
});
function formatPlatform(platform) {
  const { os, architecture, variant } = platform;
  return variant === void 0 ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}
function parsePlatform(text) {
  const [os, architecture, variant, ...rest] = text.split("/");
  if (!os || !architecture || variant === "" || rest.length > 0) return void 0;
  return variant === void 0 ? { os, architecture } : { os, architecture, variant };
}

// libs/reports/src/image.ts
var Digest = external_exports.string().regex(/^sha256:[0-9a-f]{64}$/, "expected sha256:<64 hex digits>");
var Image = external_exports.object({
  /** Digest of the image's configuration: the same in every engine that holds the image. */
  id: Digest,
  /** Digest of its manifest, as a registry serves it. Absent when the engine keeps no manifest (CNAB Core 101, contentDigest). */
  digest: Digest.exactOptional(),
  /** Names that lead to it in this engine. */
  references: external_exports.array(external_exports.string()),
  platform: Platform,
  /** Bytes on disk, as the engine counts them. */
  size: external_exports.int().nonnegative(),
  /** `USER` of the image; empty for root. */
  user: external_exports.string(),
  labels: external_exports.record(external_exports.string(), external_exports.string())
});
var ImageRef = external_exports.object({
  id: Digest.exactOptional(),
  digest: Digest.exactOptional(),
  reference: external_exports.string().min(1).exactOptional()
});

// libs/reports/src/observed.ts
var ObservedRun = external_exports.object({
  /** Digest of the configuration of the image that runs. */
  imageId: Digest.exactOptional(),
  /** Whom the program runs as, as the image writes it or as a number; empty for root. */
  user: external_exports.string().exactOptional(),
  privileged: external_exports.boolean(),
  /** `CAP_…` that the program may have; of a privileged run none are named. */
  capabilities: external_exports.array(external_exports.string()),
  /** Every word for a network that fits the one it has. */
  networks: external_exports.array(external_exports.string()),
  /** What it sees of the engine's host, without the engine's own socket. */
  mounts: external_exports.array(external_exports.object({ source: external_exports.string(), target: external_exports.string(), readOnly: external_exports.boolean() })),
  engineSocket: external_exports.boolean(),
  /** Where the socket of an engine that it sees is on the engine's host: its path, or its directory's. Absent: the engine does not say. */
  engineSocketSource: external_exports.string().exactOptional(),
  /** Variables beyond the image's own. */
  environment: external_exports.array(external_exports.string()),
  /** Absent: the engine does not say. */
  memoryBytes: external_exports.int().exactOptional(),
  cpus: external_exports.number().exactOptional(),
  pids: external_exports.int().exactOptional()
});

// libs/reports/src/outcome.ts
var RunOutcome = external_exports.discriminatedUnion("kind", [
  external_exports.object({
    kind: external_exports.literal("exited"),
    /** As a POSIX shell reads it: 128 + n when signal n ended the program (CNAB Core 103). */
    exitCode: external_exports.int().min(0).max(255),
    /** The kernel ended it because it exceeded its memory. */
    outOfMemory: external_exports.boolean()
  }),
  external_exports.object({
    kind: external_exports.literal("lost"),
    /** Why nobody can tell how the program ended: the engine went away, the machine restarted. */
    reason: external_exports.string().min(1)
  })
]);

// libs/reports/src/probe.ts
var Problem = external_exports.object({
  /** What is wrong, in one sentence. */
  text: external_exports.string().min(1),
  /** A command to run or a setting to change. */
  fix: external_exports.string().min(1)
});
var Probe = external_exports.object({
  state: external_exports.enum(["ready", "degraded", "unavailable"]),
  /** The engine's product and version, such as `Docker Engine 28.2.2`. */
  engine: external_exports.string().exactOptional(),
  /** Empty exactly when `state` is `ready`. */
  problems: external_exports.array(Problem)
});

// libs/driver-api/src/wire/shapes.ts
var CLEAN_PATH = /^(?!\.{1,2}(\/|$))[^/\0]+(\/(?!\.{1,2}(\/|$))[^/\0]+)*$/;
var MOST_ID = 2 ** 32 - 1;
var MOST_PIECE = Math.ceil(1024 * 1024 / 3) * 4;
var Strings = external_exports.array(external_exports.string());
var StringMap = external_exports.record(external_exports.string(), external_exports.string());
var Cache = external_exports.object({ type: external_exports.string(), attributes: StringMap });
var BuildParams = external_exports.object({
  id: external_exports.string().min(1),
  contextDir: external_exports.string().min(1),
  dockerfile: external_exports.object({ text: external_exports.string(), path: external_exports.string() }),
  ignore: external_exports.string(),
  tags: Strings,
  platforms: Strings,
  target: external_exports.string().exactOptional(),
  buildArgs: StringMap,
  labels: StringMap,
  contexts: StringMap,
  secrets: external_exports.array(external_exports.object({ id: external_exports.string(), handle: external_exports.string() })),
  ssh: external_exports.array(external_exports.object({ id: external_exports.string(), socket: external_exports.string() })),
  cacheFrom: external_exports.array(Cache),
  cacheTo: external_exports.array(Cache),
  network: external_exports.enum(["default", "none", "host"]),
  extraHosts: Strings,
  noCache: external_exports.boolean(),
  pull: external_exports.boolean(),
  insecureRegistries: Strings
});
var BuildResultWire = external_exports.object({
  images: external_exports.array(Image),
  steps: external_exports.array(
    external_exports.object({ title: external_exports.string(), cached: external_exports.boolean(), missReason: external_exports.string().exactOptional() })
  )
});
var PushedImageWire = external_exports.object({
  digest: external_exports.string(),
  mediaType: external_exports.string(),
  size: external_exports.int().nonnegative()
});
var EnvironmentEntryWire = external_exports.object({
  name: external_exports.string().min(1),
  value: external_exports.string(),
  sensitive: external_exports.boolean()
});
var RunSpecWire = external_exports.object({
  id: external_exports.string().regex(/^[0-9A-Za-z]{1,64}$/),
  owner: external_exports.string().min(1),
  labels: StringMap,
  image: external_exports.object({
    id: external_exports.string().exactOptional(),
    digest: external_exports.string().exactOptional(),
    reference: external_exports.string().exactOptional()
  }),
  command: Strings.min(1),
  environment: external_exports.array(EnvironmentEntryWire),
  files: external_exports.array(
    external_exports.object({
      path: external_exports.string().startsWith("/"),
      content: external_exports.base64(),
      mode: external_exports.int().min(0).max(4095),
      sensitive: external_exports.boolean(),
      existing: external_exports.enum(["refuse", "replace"])
    })
  ),
  outputsDir: external_exports.string().startsWith("/"),
  mounts: external_exports.array(external_exports.object({ source: external_exports.string(), target: external_exports.string(), readOnly: external_exports.boolean() })),
  network: external_exports.string().min(1),
  privileged: external_exports.boolean(),
  capabilities: Strings,
  engineSocket: external_exports.union([
    external_exports.literal(false),
    external_exports.literal("raw"),
    external_exports.object({ path: external_exports.string().startsWith("/") })
  ]),
  memoryBytes: external_exports.int().positive().exactOptional(),
  cpus: external_exports.number().positive().exactOptional(),
  pids: external_exports.int().positive().exactOptional()
});
var RunEventWire = external_exports.object({
  cursor: external_exports.string().max(200),
  event: external_exports.discriminatedUnion("kind", [LogEvent, NoticeEvent])
});
var TerminalSizeWire = external_exports.object({
  columns: external_exports.int().min(1).max(1e3),
  rows: external_exports.int().min(1).max(1e3)
});
var OutputPieceWire = external_exports.object({
  path: external_exports.string().max(4096).regex(CLEAN_PATH, "expected a clean path below the outputs directory"),
  mode: external_exports.int().min(0).max(4095),
  uid: external_exports.int().min(0).max(MOST_ID),
  gid: external_exports.int().min(0).max(MOST_ID),
  data: external_exports.base64().max(MOST_PIECE),
  last: external_exports.boolean()
});

// libs/driver-api/src/wire/methods.ts
var DRIVER_PROTOCOL = 1;
var ImageVerb = external_exports.enum(["tag", "remove", "pull", "push", "exportTo", "importFrom"]);
var driverDescribe = defineMethod({
  name: "driver.describe",
  summary: "Says what the driver is. The first call on a connection; needs no engine and does no I/O.",
  params: external_exports.object({}),
  result: external_exports.object({
    protocols: external_exports.array(external_exports.int()).min(1),
    name: external_exports.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
    version: external_exports.string().min(1).max(64),
    optionsSchema: external_exports.record(external_exports.string(), external_exports.unknown())
  })
});
var driverInitialize = defineMethod({
  name: "driver.initialize",
  summary: "Configures the driver, once. Contacts no engine. What is absent in `facets` the driver cannot do.",
  params: external_exports.object({
    protocol: external_exports.int(),
    options: external_exports.record(external_exports.string(), external_exports.unknown()),
    stateDir: external_exports.string().min(1),
    contentDir: external_exports.string().min(1)
  }),
  result: external_exports.object({
    facets: external_exports.object({
      build: BuildCapabilities.exactOptional(),
      run: RunCapabilities.exactOptional(),
      images: external_exports.array(ImageVerb).exactOptional()
    })
  })
});
var driverProbe = defineMethod({
  name: "driver.probe",
  summary: "Asks the engine how it is. An engine that is away is an answer, not an error.",
  params: external_exports.object({}),
  result: Probe
});
var driverShutdown = defineMethod({
  name: "driver.shutdown",
  summary: "Lets go of everything but the workloads. The driver then exits when its input ends.",
  params: external_exports.object({}),
  result: external_exports.object({})
});
var secretRead = defineMethod({
  name: "secret.read",
  summary: "A method of the host's: the value behind a secret handle of a build under way, base64.",
  params: external_exports.object({ handle: external_exports.string().min(1) }),
  result: external_exports.object({ value: external_exports.base64() })
});
var secretNamed = defineMethod({
  name: "secret.named",
  summary: "A method of the host's: the value of a secret of the operator's, base64; only of names that the driver was granted.",
  params: external_exports.object({ name: external_exports.string().min(1).max(200) }),
  result: external_exports.object({ value: external_exports.base64() })
});
var buildStart = defineMethod({
  name: "build.start",
  summary: "Builds an image, saying step by step what happens. Cancelling stops the engine's work.",
  params: BuildParams,
  progress: WorkEvent,
  result: BuildResultWire
});
var Ref = external_exports.object({ ref: ImageRef });
var Transfer = {
  platform: external_exports.string().exactOptional(),
  insecureRegistries: external_exports.array(external_exports.string()).default([])
};
var imageInspect = defineMethod({
  name: "image.inspect",
  summary: "The image in the engine's store; null when it is not there.",
  params: Ref,
  result: external_exports.object({ image: Image.nullable() })
});
var imageTag = defineMethod({
  name: "image.tag",
  summary: "Gives an image another name.",
  params: Ref.extend({ reference: external_exports.string().min(1) }),
  result: external_exports.object({})
});
var imageRemove = defineMethod({
  name: "image.remove",
  summary: "Removes a name or an image. One that is not there is done already.",
  params: Ref,
  result: external_exports.object({})
});
var imagePull = defineMethod({
  name: "image.pull",
  summary: "Brings an image from a registry into the engine's store.",
  params: external_exports.object({ reference: external_exports.string().min(1), ...Transfer }),
  progress: WorkEvent,
  result: external_exports.object({ image: Image })
});
var imagePush = defineMethod({
  name: "image.push",
  summary: "Puts an image into a registry under `reference`.",
  params: Ref.extend({ reference: external_exports.string().min(1), ...Transfer }),
  progress: WorkEvent,
  result: PushedImageWire
});
var imageExport = defineMethod({
  name: "image.export",
  summary: "Adds an image to the OCI image layout in a directory; gives its manifest's digest there.",
  params: Ref.extend({ layoutDir: external_exports.string().min(1) }),
  progress: WorkEvent,
  result: external_exports.object({ digest: external_exports.string() })
});
var imageImport = defineMethod({
  name: "image.import",
  summary: "Takes an image out of an OCI image layout into the engine's store; its id stays the same.",
  params: external_exports.object({ layoutDir: external_exports.string().min(1), digest: external_exports.string() }),
  progress: WorkEvent,
  result: external_exports.object({ image: Image })
});
var TerminalId = external_exports.string().regex(/^[0-9A-Za-z]{1,64}$/);
var RunId = external_exports.object({ id: external_exports.string().regex(/^[0-9A-Za-z]{1,64}$/) });
var runHandles = defineMethod({
  name: "run.handles",
  summary: "Whether images of a CNAB imageType can be run.",
  params: external_exports.object({ imageType: external_exports.string() }),
  result: external_exports.object({ handles: external_exports.boolean() })
});
var runStart = defineMethod({
  name: "run.start",
  summary: "Starts a run; returns once the engine has accepted it. Leaves nothing behind when it fails.",
  params: RunSpecWire,
  result: external_exports.object({})
});
var runRecover = defineMethod({
  name: "run.recover",
  summary: "Whether the engine knows the run, also one that an earlier process started.",
  params: RunId,
  result: external_exports.object({ found: external_exports.boolean() })
});
var runEvents = defineMethod({
  name: "run.events",
  summary: "What the run printed after `cursor`, then what it prints until it ends.",
  params: RunId.extend({ cursor: external_exports.string().max(200).exactOptional() }),
  progress: RunEventWire,
  result: external_exports.object({})
});
var runOutcome = defineMethod({
  name: "run.outcome",
  summary: "Waits for the end of the run.",
  params: RunId,
  result: RunOutcome
});
var runOutputs = defineMethod({
  name: "run.outputs",
  summary: "The regular files below the outputs directory, sorted by path, in pieces of at most 64 KiB.",
  params: RunId,
  progress: OutputPieceWire,
  result: external_exports.object({})
});
var runObserve = defineMethod({
  name: "run.observe",
  summary: "What the run is as the engine shows it; of drivers that declare `observe`.",
  params: RunId,
  result: ObservedRun
});
var runTerminal = defineMethod({
  name: "run.terminal",
  summary: "Starts a program on a terminal beside the run's own: `started` once it has been, then what it prints. Lasts as long as the program; cancelling hangs up.",
  params: RunId.extend({
    terminal: TerminalId,
    command: external_exports.array(external_exports.string()).min(1),
    environment: external_exports.array(EnvironmentEntryWire),
    size: TerminalSizeWire
  }),
  progress: external_exports.union([external_exports.object({ started: external_exports.literal(true) }), external_exports.object({ data: external_exports.base64() })]),
  result: RunOutcome
});
var terminalWrite = defineMethod({
  name: "terminal.write",
  summary: "Types into a terminal. Bytes for a program that has ended are dropped.",
  params: external_exports.object({ terminal: TerminalId, data: external_exports.base64() }),
  result: external_exports.object({})
});
var terminalResize = defineMethod({
  name: "terminal.resize",
  summary: "Changes the size of a terminal.",
  params: external_exports.object({ terminal: TerminalId, size: TerminalSizeWire }),
  result: external_exports.object({})
});
var runStop = defineMethod({
  name: "run.stop",
  summary: "SIGTERM, then SIGKILL after `graceMs`. Returns once the run has ended. Twice is fine.",
  params: RunId.extend({ graceMs: external_exports.int().nonnegative() }),
  result: external_exports.object({})
});
var runRemove = defineMethod({
  name: "run.remove",
  summary: "Kills the run when it still runs and removes every trace. Twice is fine.",
  params: RunId,
  result: external_exports.object({})
});
var runEngineSocket = defineMethod({
  name: "run.engineSocket",
  summary: "Where the engine's own Docker-compatible socket is on this machine. Served with the feature engine-socket.",
  params: external_exports.object({}),
  result: external_exports.object({ path: external_exports.string().startsWith("/") })
});
var runSweep = defineMethod({
  name: "run.sweep",
  summary: "Removes the owner's runs that are not in `keep`.",
  params: external_exports.object({ owner: external_exports.string().min(1), keep: external_exports.array(external_exports.string()) }),
  result: external_exports.object({ removed: external_exports.array(external_exports.string()) })
});

// libs/driver-api/src/wire/connect-build.ts
var SecretDesk = class {
  #secrets = /* @__PURE__ */ new Map();
  #next = 1;
  lend(secret) {
    const handle = `s${this.#next++}-${crypto.randomUUID()}`;
    this.#secrets.set(handle, secret);
    return { id: secret.id, handle };
  }
  withdraw(handle) {
    this.#secrets.delete(handle);
  }
  async read(handle, signal) {
    const secret = this.#secrets.get(handle);
    if (secret !== void 0) return Buffer.from(await secret.read(signal)).toString("base64");
    throw new DriverError("not-found", "There is no secret behind this handle.", {
      hint: "Handles are good for the build that they came with, while it runs."
    });
  }
};
function connectBuild(caller, capabilities, desk) {
  return {
    capabilities,
    async build(request, work) {
      const secrets = request.secrets.map((secret) => desk.lend(secret));
      try {
        return await caller.follow(buildStart, toParams(request, secrets), bounding(work));
      } finally {
        for (const { handle } of secrets) desk.withdraw(handle);
      }
    }
  };
}
function toParams(request, secrets) {
  return {
    ...request,
    secrets,
    tags: [...request.tags],
    platforms: [...request.platforms],
    buildArgs: { ...request.buildArgs },
    labels: { ...request.labels },
    contexts: { ...request.contexts },
    ssh: [...request.ssh],
    cacheFrom: request.cacheFrom.map(toCache),
    cacheTo: request.cacheTo.map(toCache),
    extraHosts: [...request.extraHosts],
    insecureRegistries: [...request.insecureRegistries]
  };
}
function toCache({ type, attributes }) {
  return { type, attributes: { ...attributes } };
}

// libs/driver-api/src/wire/connect-images.ts
function connectImages(caller, verbs) {
  const all = allVerbs(caller);
  const offered = verbs.map((verb) => [verb, all[verb]]);
  return {
    async inspect(ref, signal) {
      const { image } = await caller.request(imageInspect, { ref }, signal);
      return image ?? void 0;
    },
    ...Object.fromEntries(offered)
  };
}
function allVerbs(caller) {
  return {
    async tag(ref, reference, signal) {
      await caller.request(imageTag, { ref, reference }, signal);
    },
    async remove(ref, signal) {
      await caller.request(imageRemove, { ref }, signal);
    },
    async pull(reference, options) {
      const params = { reference, ...transfer(options) };
      return (await caller.follow(imagePull, params, bounding(options))).image;
    },
    push: (ref, reference, options) => caller.follow(imagePush, { ref, reference, ...transfer(options) }, bounding(options)),
    async exportTo(ref, layoutDir, work) {
      return (await caller.follow(imageExport, { ref, layoutDir }, bounding(work))).digest;
    },
    async importFrom(layoutDir, digest, work) {
      return (await caller.follow(imageImport, { layoutDir, digest }, bounding(work))).image;
    }
  };
}
function transfer({ platform, insecureRegistries }) {
  const registries = { insecureRegistries: [...insecureRegistries ?? []] };
  return platform === void 0 ? registries : { ...registries, platform };
}

// libs/driver-api/src/wire/piece-order.ts
var MOST_FILES = 1e5;
var PieceOrder = class {
  #driver;
  #ended = /* @__PURE__ */ new Set();
  #open;
  constructor(driver) {
    this.#driver = driver;
  }
  /** Throws `protocol`. */
  check({ path, last }) {
    if (this.#ended.has(path) || this.#open !== void 0 && this.#open !== path)
      throw protocolError2(this.#driver, `it sent a piece of output ${path} out of turn`);
    if (this.#ended.size >= MOST_FILES)
      throw protocolError2(this.#driver, `it sent more than ${MOST_FILES} outputs`);
    if (last) this.#ended.add(path);
    this.#open = last ? void 0 : path;
  }
};

// libs/driver-api/src/wire/connect-terminals.ts
async function connectTerminal(caller, run, { spec, signal }) {
  const hangUp = new AbortController();
  const stop = () => hangUp.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const { id, command, environment, size } = spec;
  const params = {
    id: run,
    terminal: id,
    command: [...command],
    environment: [...environment],
    size
  };
  const items = caller.stream(runTerminal, params, hangUp.signal);
  try {
    await items.next();
    return new RemoteTerminal(caller, { id, items, hangUp });
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
var RemoteTerminal = class {
  #caller;
  #parts;
  #ended = Promise.withResolvers();
  constructor(caller, parts) {
    this.#caller = caller;
    this.#parts = parts;
    this.#ended.promise.catch(() => void 0);
  }
  async *output(signal) {
    const { items } = this.#parts;
    try {
      for (; ; ) {
        signal.throwIfAborted();
        const next = await items.next();
        if (next.done === true) return this.#ended.resolve(next.value);
        if ("data" in next.value) yield Buffer.from(next.value.data, "base64");
      }
    } catch (error) {
      this.#ended.reject(error);
      throw error;
    }
  }
  async write(data, signal) {
    const text = Buffer.from(data).toString("base64");
    await this.#caller.request(terminalWrite, { terminal: this.#parts.id, data: text }, signal);
  }
  async resize(size, signal) {
    await this.#caller.request(terminalResize, { terminal: this.#parts.id, size }, signal);
  }
  outcome(signal) {
    const aborted = new Promise((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    return Promise.race([this.#ended.promise, aborted]);
  }
  async [Symbol.asyncDispose]() {
    this.#parts.hangUp.abort();
    await this.#parts.items.return(LOST).catch(() => void 0);
  }
};
var LOST = { kind: "lost", reason: "Nobody looks at the terminal any more." };

// libs/driver-api/src/wire/connect-runs.ts
function connectRuns(caller, capabilities) {
  const toRun = (id) => new RemoteRun(caller, id, capabilities);
  return {
    capabilities,
    handles: async (imageType, signal) => (await caller.request(runHandles, { imageType }, signal)).handles,
    async start(spec, signal) {
      await caller.request(runStart, toParams2(spec), signal);
      return toRun(spec.id);
    },
    async recover(id, signal) {
      const { found } = await caller.request(runRecover, { id }, signal);
      return found ? toRun(id) : void 0;
    },
    ...capabilities.features.includes("engine-socket") && {
      engineSocket: async (signal) => (await caller.request(runEngineSocket, {}, signal)).path
    },
    sweep: async (owner, keep, signal) => (await caller.request(runSweep, { owner, keep: [...keep] }, signal)).removed
  };
}
var RemoteRun = class {
  id;
  /** Members that the driver does not declare are absent here as they are there. */
  observe;
  terminal;
  #caller;
  constructor(caller, id, { features }) {
    this.#caller = caller;
    this.id = id;
    if (features.includes("observe"))
      this.observe = (signal) => caller.request(runObserve, { id }, signal);
    if (features.includes("terminal"))
      this.terminal = (spec, signal) => connectTerminal(caller, id, { spec, signal });
  }
  async *events(cursor, signal) {
    const params = cursor === void 0 ? { id: this.id } : { id: this.id, cursor };
    for await (const { cursor: at, event } of this.#caller.stream(runEvents, params, signal)) {
      yield { cursor: at, event: boundEvent(event) };
    }
  }
  outcome(signal) {
    return this.#caller.request(runOutcome, { id: this.id }, signal);
  }
  async *outputs(signal) {
    const pieces = new PieceOrder(this.#caller.name);
    for await (const piece of this.#caller.stream(runOutputs, { id: this.id }, signal)) {
      pieces.check(piece);
      yield { ...piece, data: Buffer.from(piece.data, "base64") };
    }
  }
  async stop({
    graceMs,
    signal
  }) {
    const waiting = { signal, moreMs: graceMs };
    await this.#caller.requestFor(runStop, { id: this.id, graceMs }, waiting);
  }
  async remove(signal) {
    await this.#caller.request(runRemove, { id: this.id }, signal);
  }
  async [Symbol.asyncDispose]() {
  }
};
function toParams2(spec) {
  return {
    ...spec,
    labels: { ...spec.labels },
    command: [...spec.command],
    environment: [...spec.environment],
    files: spec.files.map((file) => ({
      ...file,
      content: Buffer.from(file.content).toString("base64")
    })),
    mounts: [...spec.mounts],
    capabilities: [...spec.capabilities]
  };
}

// libs/driver-api/src/wire/description.ts
var SCHEMA_LENGTH = 256 * 1024;
function checkDescription({
  name,
  optionsSchema
}) {
  const length = JSON.stringify(optionsSchema).length;
  if (length > SCHEMA_LENGTH)
    throw absurd(
      name,
      `the schema of its options has ${length} characters of at most ${SCHEMA_LENGTH}`
    );
  const { type } = optionsSchema;
  if (type !== void 0 && type !== "object")
    throw absurd(name, "the schema of its options is not one of an object");
}
function absurd(name, what) {
  return new DriverError("protocol", `Driver ${name} cannot be used: ${what}.`, {
    hint: `Update driver ${name}, or tell its author.`
  });
}

// libs/driver-api/src/wire/connect.ts
var PROBLEMS = { most: 50, length: 2e3 };
async function connectDriver(transport, options) {
  const secrets = new SecretDesk();
  const conduct = options.conduct ?? new Conduct();
  const peer = new Peer(transport, {
    other: `driver ${options.name ?? "process"}`,
    bindings: serveHost(secrets, options.namedSecret ?? noSecret),
    toRpcError: toWireError,
    clean: cleanText,
    onStray: conduct.stray,
    onMessage: conduct.heard
  });
  conduct.onEnd(() => void peer[Symbol.asyncDispose]());
  const named = (name) => new Caller(peer, {
    name,
    conduct,
    patience: options.patience ?? DRIVER_PATIENCE,
    onStuck: options.onStuck ?? (() => void 0)
  });
  try {
    const driver = await handshake(named, { options, secrets, conduct });
    conduct.isStrict = false;
    return driver;
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw error;
  }
}
function serveHost(secrets, namedSecret) {
  return [
    bind(secretNamed, async ({ name }, { signal }) => ({
      value: Buffer.from(await namedSecret(name, signal)).toString("base64")
    })),
    bind(secretRead, async ({ handle }, { signal }) => ({
      value: await secrets.read(handle, signal)
    }))
  ];
}
async function noSecret(name) {
  throw new DriverError("unauthorized", `Secret ${name} was not granted.`, {
    hint: "Ask for it in gantry-driver.json: powers.secrets."
  });
}
async function handshake(named, { options, secrets, conduct }) {
  const first = named(options.name ?? "process");
  const description = await first.request(driverDescribe, {}, options.signal);
  checkDescription(description);
  if (!description.protocols.includes(DRIVER_PROTOCOL)) throw unknownProtocol(description);
  options.check?.(description);
  const caller = named(options.name ?? description.name);
  const { facets } = await caller.request(
    driverInitialize,
    {
      protocol: DRIVER_PROTOCOL,
      options: { ...options.options },
      stateDir: options.context.stateDir,
      contentDir: options.context.contentDir
    },
    options.signal
  );
  return {
    description,
    closed: caller.peer.closed.then((reason) => conduct.fault ?? reason),
    fault: () => conduct.fault,
    heardAt: () => conduct.heardAt,
    ping: async () => void await caller.peer.request(driverDescribe, {}),
    probe: async (signal) => bounded(await caller.request(driverProbe, {}, signal)),
    ...facets.build === void 0 ? {} : { build: connectBuild(caller, facets.build, secrets) },
    ...facets.run === void 0 ? {} : { run: connectRuns(caller, facets.run) },
    ...facets.images === void 0 ? {} : { images: connectImages(caller, facets.images) },
    async [Symbol.asyncDispose]() {
      await caller.request(driverShutdown, {}, AbortSignal.timeout(2e3)).catch(() => void 0);
      await caller.peer[Symbol.asyncDispose]();
    }
  };
}
function bounded({ problems, ...rest }) {
  const shown = problems.slice(0, PROBLEMS.most).map(({ text, fix }) => ({
    text: shortText(text, PROBLEMS.length),
    fix: shortText(fix, PROBLEMS.length)
  }));
  return { ...rest, problems: shown };
}
function unknownProtocol({ name, protocols }) {
  const spoken = protocols.slice(0, 20).join(", ");
  return new DriverError(
    "protocol",
    `Driver ${name} speaks driver protocol ${spoken}, Gantry ${DRIVER_PROTOCOL}.`,
    {
      hint: "Update the older of the two."
    }
  );
}

// libs/driver-api/src/needs.ts
function held(claims) {
  return claims.filter(([, needed]) => needed).map(([feature]) => feature);
}
function buildNeeds(request) {
  return held([
    ["build-args", Object.keys(request.buildArgs).length > 0],
    ["cache-from", request.cacheFrom.length > 0],
    ["cache-to", request.cacheTo.length > 0],
    ["extra-hosts", request.extraHosts.length > 0],
    ["labels", Object.keys(request.labels).length > 0],
    ["multi-platform", request.platforms.length > 1],
    ["named-contexts", Object.keys(request.contexts).length > 0],
    ["network-host", request.network === "host"],
    ["network-none", request.network === "none"],
    ["no-cache", request.noCache],
    ["pull", request.pull],
    ["secrets", request.secrets.length > 0],
    ["ssh", request.ssh.length > 0],
    ["target", request.target !== void 0]
  ]);
}
function runNeeds(spec) {
  return held([
    ["capabilities", spec.capabilities.length > 0],
    ["cpu-limit", spec.cpus !== void 0],
    ["engine-socket", spec.engineSocket !== false],
    ["memory-limit", spec.memoryBytes !== void 0],
    ["mounts", spec.mounts.length > 0],
    [networkNeed(spec.network), spec.network !== "default"],
    ["pids-limit", spec.pids !== void 0],
    ["privileged", spec.privileged]
  ]);
}
function networkNeed(network) {
  if (network === "none") return "network-none";
  if (network === "host") return "network-host";
  return network === "default" ? "network-default" : "named-network";
}

// libs/driver-api/src/wire/launch.ts
var BOUNDS = {
  maxBytes: 8 * 1024 * 1024,
  bytes: { perSecond: 128 * 1024 * 1024, burst: 128 * 1024 * 1024 },
  messages: { perSecond: 2e4, burst: 2e4 }
};
var STDERR_RATE = { perSecond: 256 * 1024, burst: 1024 * 1024 };
var START_MS = 1e4;
var RUNG_MS = 2e3;
var LAST_WORDS_MS = 500;
async function launchDriver(options) {
  const child = await startChild(options);
  readStderr(child, options.onStderr);
  const startMs = options.startMs ?? START_MS;
  const timeout = AbortSignal.timeout(startMs);
  const signal = options.signal === void 0 ? timeout : AbortSignal.any([timeout, options.signal]);
  const conduct = new Conduct();
  const transport = new LinesTransport(child.stdout, child.stdin, {
    ...BOUNDS,
    lineMs: (options.patience ?? DRIVER_PATIENCE).lineMs,
    onRefused: conduct.refuse
  });
  void child.ended.then(() => pause(LAST_WORDS_MS)).then(() => transport[Symbol.asyncDispose]());
  try {
    const driver = await Promise.race([
      connectDriver(transport, { ...options, signal, conduct }),
      rejectOn(signal, options.name ?? options.command, startMs)
    ]);
    return withProcess(driver, child);
  } catch (error) {
    await kill(child);
    throw error;
  }
}
async function startChild({ command, args, env, cwd }) {
  try {
    return await startProcess(command, args, {
      env,
      graceMs: RUNG_MS,
      group: true,
      ...cwd === void 0 ? {} : { cwd }
    });
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    throw new DriverError("driver-lost", error.message, { hint: error.hint, cause: error });
  }
}
function readStderr({ stderr }, onStderr) {
  const throttle2 = new Throttle(STDERR_RATE, performance.now());
  stderr.on("error", () => void 0);
  stderr.on("data", (bytes) => {
    onStderr?.(bytes);
    const waitMs = throttle2.take(bytes.length, performance.now());
    if (waitMs < 1) return;
    stderr.pause();
    setTimeout(() => stderr.resume(), waitMs).unref();
  });
}
function rejectOn(signal, name, startMs) {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(
      new DriverError(
        "timeout",
        `Driver ${name} did not finish its handshake within ${startMs / 1e3} s.`,
        {
          hint: "Run the driver by hand: it must answer driver.describe on its stdout."
        }
      )
    );
    if (signal.aborted) fail();
    signal.addEventListener("abort", fail, { once: true });
  });
}
function withProcess(driver, child) {
  const close = driver[Symbol.asyncDispose].bind(driver);
  return {
    ...driver,
    pid: child.pid,
    ended: child.ended,
    kill: () => kill(child),
    async [Symbol.asyncDispose]() {
      await Promise.race([close(), pause(RUNG_MS)]);
      await Promise.race([child.ended, pause(RUNG_MS)]);
      if (child.isRunning) child.kill("SIGTERM");
      await Promise.race([child.ended, pause(RUNG_MS)]);
      await kill(child);
    }
  };
}
async function kill(child) {
  child.kill("SIGKILL");
  await Promise.race([child.exit, pause(RUNG_MS)]);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
}
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

// libs/driver-api/src/wire/serve-terminals.ts
var PIECE_BYTES = 32 * 1024;

// libs/driver-api/src/wire/serve-runs.ts
var PIECE_BYTES2 = 64 * 1024;

export {
  RpcError,
  LinesTransport,
  defineMethod,
  bind,
  Peer,
  WebSocketListener,
  BuildFeature,
  RunFeature,
  BuildCapabilities,
  RunCapabilities,
  LogEvent,
  WorkEvent,
  formatPlatform,
  parsePlatform,
  Digest,
  Image,
  ImageRef,
  ObservedRun,
  Probe,
  DRIVER_ERROR_CODES,
  DriverError,
  buildNeeds,
  runNeeds,
  cleanText,
  shortText,
  DRIVER_PATIENCE,
  DRIVER_PROTOCOL,
  connectDriver,
  launchDriver
};
