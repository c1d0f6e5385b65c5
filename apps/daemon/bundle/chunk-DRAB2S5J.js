import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  __commonJS,
  __require,
  __toESM,
  external_exports,
  runCommand
} from "./chunk-JQD4UGP3.js";

// node_modules/events-universal/default.js
var require_default = __commonJS({
  "node_modules/events-universal/default.js"(exports, module) {
    module.exports = __require("events");
  }
});

// node_modules/fast-fifo/fixed-size.js
var require_fixed_size = __commonJS({
  "node_modules/fast-fifo/fixed-size.js"(exports, module) {
    module.exports = class FixedFIFO {
      constructor(hwm) {
        if (!(hwm > 0) || (hwm - 1 & hwm) !== 0) throw new Error("Max size for a FixedFIFO should be a power of two");
        this.buffer = new Array(hwm);
        this.mask = hwm - 1;
        this.top = 0;
        this.btm = 0;
        this.next = null;
      }
      clear() {
        this.top = this.btm = 0;
        this.next = null;
        this.buffer.fill(void 0);
      }
      push(data) {
        if (this.buffer[this.top] !== void 0) return false;
        this.buffer[this.top] = data;
        this.top = this.top + 1 & this.mask;
        return true;
      }
      shift() {
        const last = this.buffer[this.btm];
        if (last === void 0) return void 0;
        this.buffer[this.btm] = void 0;
        this.btm = this.btm + 1 & this.mask;
        return last;
      }
      peek() {
        return this.buffer[this.btm];
      }
      isEmpty() {
        return this.buffer[this.btm] === void 0;
      }
    };
  }
});

// node_modules/fast-fifo/index.js
var require_fast_fifo = __commonJS({
  "node_modules/fast-fifo/index.js"(exports, module) {
    var FixedFIFO = require_fixed_size();
    module.exports = class FastFIFO {
      constructor(hwm) {
        this.hwm = hwm || 16;
        this.head = new FixedFIFO(this.hwm);
        this.tail = this.head;
        this.length = 0;
      }
      clear() {
        this.head = this.tail;
        this.head.clear();
        this.length = 0;
      }
      push(val) {
        this.length++;
        if (!this.head.push(val)) {
          const prev = this.head;
          this.head = prev.next = new FixedFIFO(2 * this.head.buffer.length);
          this.head.push(val);
        }
      }
      shift() {
        if (this.length !== 0) this.length--;
        const val = this.tail.shift();
        if (val === void 0 && this.tail.next) {
          const next = this.tail.next;
          this.tail.next = null;
          this.tail = next;
          return this.tail.shift();
        }
        return val;
      }
      peek() {
        const val = this.tail.peek();
        if (val === void 0 && this.tail.next) return this.tail.next.peek();
        return val;
      }
      isEmpty() {
        return this.length === 0;
      }
    };
  }
});

// node_modules/b4a/index.js
var require_b4a = __commonJS({
  "node_modules/b4a/index.js"(exports, module) {
    function isBuffer(value) {
      return Buffer.isBuffer(value) || value instanceof Uint8Array;
    }
    function isEncoding(encoding) {
      return Buffer.isEncoding(encoding);
    }
    function alloc(size, fill4, encoding) {
      return Buffer.alloc(size, fill4, encoding);
    }
    function allocUnsafe(size) {
      return Buffer.allocUnsafe(size);
    }
    function allocUnsafeSlow(size) {
      return Buffer.allocUnsafeSlow(size);
    }
    function byteLength(string, encoding) {
      return Buffer.byteLength(string, encoding);
    }
    function compare2(a, b) {
      return Buffer.compare(a, b);
    }
    function concat(buffers, totalLength) {
      return Buffer.concat(buffers, totalLength);
    }
    function copy(source, target, targetStart, start, end) {
      return toBuffer(source).copy(target, targetStart, start, end);
    }
    function equals(a, b) {
      return toBuffer(a).equals(b);
    }
    function fill3(buffer, value, offset, end, encoding) {
      return toBuffer(buffer).fill(value, offset, end, encoding);
    }
    function from(value, encodingOrOffset, length) {
      return Buffer.from(value, encodingOrOffset, length);
    }
    function includes(buffer, value, byteOffset, encoding) {
      return toBuffer(buffer).includes(value, byteOffset, encoding);
    }
    function indexOf(buffer, value, byfeOffset, encoding) {
      return toBuffer(buffer).indexOf(value, byfeOffset, encoding);
    }
    function lastIndexOf(buffer, value, byteOffset, encoding) {
      return toBuffer(buffer).lastIndexOf(value, byteOffset, encoding);
    }
    function swap16(buffer) {
      return toBuffer(buffer).swap16();
    }
    function swap32(buffer) {
      return toBuffer(buffer).swap32();
    }
    function swap64(buffer) {
      return toBuffer(buffer).swap64();
    }
    function toBuffer(buffer) {
      if (Buffer.isBuffer(buffer)) return buffer;
      return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }
    function toString(buffer, encoding, start, end) {
      return toBuffer(buffer).toString(encoding, start, end);
    }
    function toHex(buffer, start, end) {
      return toBuffer(buffer).toString("hex", start, end);
    }
    function write2(buffer, string, offset, length, encoding) {
      return toBuffer(buffer).write(string, offset, length, encoding);
    }
    function readDoubleBE(buffer, offset) {
      return toBuffer(buffer).readDoubleBE(offset);
    }
    function readDoubleLE(buffer, offset) {
      return toBuffer(buffer).readDoubleLE(offset);
    }
    function readFloatBE(buffer, offset) {
      return toBuffer(buffer).readFloatBE(offset);
    }
    function readFloatLE(buffer, offset) {
      return toBuffer(buffer).readFloatLE(offset);
    }
    function readInt32BE(buffer, offset) {
      return toBuffer(buffer).readInt32BE(offset);
    }
    function readInt32LE(buffer, offset) {
      return toBuffer(buffer).readInt32LE(offset);
    }
    function readUInt32BE(buffer, offset) {
      return toBuffer(buffer).readUInt32BE(offset);
    }
    function readUInt32LE(buffer, offset) {
      return toBuffer(buffer).readUInt32LE(offset);
    }
    function writeDoubleBE(buffer, value, offset) {
      return toBuffer(buffer).writeDoubleBE(value, offset);
    }
    function writeDoubleLE(buffer, value, offset) {
      return toBuffer(buffer).writeDoubleLE(value, offset);
    }
    function writeFloatBE(buffer, value, offset) {
      return toBuffer(buffer).writeFloatBE(value, offset);
    }
    function writeFloatLE(buffer, value, offset) {
      return toBuffer(buffer).writeFloatLE(value, offset);
    }
    function writeInt32BE(buffer, value, offset) {
      return toBuffer(buffer).writeInt32BE(value, offset);
    }
    function writeInt32LE(buffer, value, offset) {
      return toBuffer(buffer).writeInt32LE(value, offset);
    }
    function writeUInt32BE(buffer, value, offset) {
      return toBuffer(buffer).writeUInt32BE(value, offset);
    }
    function writeUInt32LE(buffer, value, offset) {
      return toBuffer(buffer).writeUInt32LE(value, offset);
    }
    module.exports = {
      isBuffer,
      isEncoding,
      alloc,
      allocUnsafe,
      allocUnsafeSlow,
      byteLength,
      compare: compare2,
      concat,
      copy,
      equals,
      fill: fill3,
      from,
      includes,
      indexOf,
      lastIndexOf,
      swap16,
      swap32,
      swap64,
      toBuffer,
      toString,
      toHex,
      write: write2,
      readDoubleBE,
      readDoubleLE,
      readFloatBE,
      readFloatLE,
      readInt32BE,
      readInt32LE,
      readUInt32BE,
      readUInt32LE,
      writeDoubleBE,
      writeDoubleLE,
      writeFloatBE,
      writeFloatLE,
      writeInt32BE,
      writeInt32LE,
      writeUInt32BE,
      writeUInt32LE
    };
  }
});

// node_modules/text-decoder/lib/pass-through-decoder.js
var require_pass_through_decoder = __commonJS({
  "node_modules/text-decoder/lib/pass-through-decoder.js"(exports, module) {
    var b4a = require_b4a();
    module.exports = class PassThroughDecoder {
      constructor(encoding) {
        this.encoding = encoding;
      }
      get remaining() {
        return 0;
      }
      decode(data) {
        return b4a.toString(data, this.encoding);
      }
      flush() {
        return "";
      }
    };
  }
});

// node_modules/text-decoder/lib/utf8-decoder.js
var require_utf8_decoder = __commonJS({
  "node_modules/text-decoder/lib/utf8-decoder.js"(exports, module) {
    var b4a = require_b4a();
    module.exports = class UTF8Decoder {
      constructor() {
        this._reset();
      }
      get remaining() {
        return this.bytesSeen;
      }
      decode(data) {
        if (data.byteLength === 0) return "";
        if (this.bytesNeeded === 0 && trailingIncomplete(data, 0) === 0) {
          this.bytesSeen = trailingBytesSeen(data);
          return b4a.toString(data, "utf8");
        }
        let result = "";
        let start = 0;
        if (this.bytesNeeded > 0) {
          while (start < data.byteLength) {
            const byte = data[start];
            if (byte < this.lowerBoundary || byte > this.upperBoundary) {
              result += "\uFFFD";
              this._reset();
              break;
            }
            this.lowerBoundary = 128;
            this.upperBoundary = 191;
            this.codePoint = this.codePoint << 6 | byte & 63;
            this.bytesSeen++;
            start++;
            if (this.bytesSeen === this.bytesNeeded) {
              result += String.fromCodePoint(this.codePoint);
              this._reset();
              break;
            }
          }
          if (this.bytesNeeded > 0) return result;
        }
        const trailing = trailingIncomplete(data, start);
        const end = data.byteLength - trailing;
        if (end > start) result += b4a.toString(data, "utf8", start, end);
        for (let i = end; i < data.byteLength; i++) {
          const byte = data[i];
          if (this.bytesNeeded === 0) {
            if (byte <= 127) {
              this.bytesSeen = 0;
              result += String.fromCharCode(byte);
            } else if (byte >= 194 && byte <= 223) {
              this.bytesNeeded = 2;
              this.bytesSeen = 1;
              this.codePoint = byte & 31;
            } else if (byte >= 224 && byte <= 239) {
              if (byte === 224) this.lowerBoundary = 160;
              else if (byte === 237) this.upperBoundary = 159;
              this.bytesNeeded = 3;
              this.bytesSeen = 1;
              this.codePoint = byte & 15;
            } else if (byte >= 240 && byte <= 244) {
              if (byte === 240) this.lowerBoundary = 144;
              else if (byte === 244) this.upperBoundary = 143;
              this.bytesNeeded = 4;
              this.bytesSeen = 1;
              this.codePoint = byte & 7;
            } else {
              this.bytesSeen = 1;
              result += "\uFFFD";
            }
            continue;
          }
          if (byte < this.lowerBoundary || byte > this.upperBoundary) {
            result += "\uFFFD";
            i--;
            this._reset();
            continue;
          }
          this.lowerBoundary = 128;
          this.upperBoundary = 191;
          this.codePoint = this.codePoint << 6 | byte & 63;
          this.bytesSeen++;
          if (this.bytesSeen === this.bytesNeeded) {
            result += String.fromCodePoint(this.codePoint);
            this._reset();
          }
        }
        return result;
      }
      flush() {
        const result = this.bytesNeeded > 0 ? "\uFFFD" : "";
        this._reset();
        return result;
      }
      _reset() {
        this.codePoint = 0;
        this.bytesNeeded = 0;
        this.bytesSeen = 0;
        this.lowerBoundary = 128;
        this.upperBoundary = 191;
      }
    };
    function trailingIncomplete(data, start) {
      const len = data.byteLength;
      if (len <= start) return 0;
      const limit = Math.max(start, len - 4);
      let i = len - 1;
      while (i > limit && (data[i] & 192) === 128) i--;
      if (i < start) return 0;
      const byte = data[i];
      let needed;
      if (byte <= 127) return 0;
      if (byte >= 194 && byte <= 223) needed = 2;
      else if (byte >= 224 && byte <= 239) needed = 3;
      else if (byte >= 240 && byte <= 244) needed = 4;
      else return 0;
      const available = len - i;
      return available < needed ? available : 0;
    }
    function trailingBytesSeen(data) {
      const len = data.byteLength;
      if (len === 0) return 0;
      const last = data[len - 1];
      if (last <= 127) return 0;
      if ((last & 192) !== 128) return 1;
      const limit = Math.max(0, len - 4);
      let i = len - 2;
      while (i >= limit && (data[i] & 192) === 128) i--;
      if (i < 0) return 1;
      const first = data[i];
      let needed;
      if (first >= 194 && first <= 223) needed = 2;
      else if (first >= 224 && first <= 239) needed = 3;
      else if (first >= 240 && first <= 244) needed = 4;
      else return 1;
      if (len - i !== needed) return 1;
      if (needed >= 3) {
        const second = data[i + 1];
        if (first === 224 && second < 160) return 1;
        if (first === 237 && second > 159) return 1;
        if (first === 240 && second < 144) return 1;
        if (first === 244 && second > 143) return 1;
      }
      return 0;
    }
  }
});

// node_modules/text-decoder/index.js
var require_text_decoder = __commonJS({
  "node_modules/text-decoder/index.js"(exports, module) {
    var PassThroughDecoder = require_pass_through_decoder();
    var UTF8Decoder = require_utf8_decoder();
    module.exports = class TextDecoder {
      constructor(encoding = "utf8") {
        this.encoding = normalizeEncoding(encoding);
        switch (this.encoding) {
          case "utf8":
            this.decoder = new UTF8Decoder();
            break;
          case "utf16le":
          case "base64":
            throw new Error("Unsupported encoding: " + this.encoding);
          default:
            this.decoder = new PassThroughDecoder(this.encoding);
        }
      }
      get remaining() {
        return this.decoder.remaining;
      }
      push(data) {
        if (typeof data === "string") return data;
        return this.decoder.decode(data);
      }
      // For Node.js compatibility
      write(data) {
        return this.push(data);
      }
      end(data) {
        let result = "";
        if (data) result = this.push(data);
        result += this.decoder.flush();
        return result;
      }
    };
    function normalizeEncoding(encoding) {
      encoding = encoding.toLowerCase();
      switch (encoding) {
        case "utf8":
        case "utf-8":
          return "utf8";
        case "ucs2":
        case "ucs-2":
        case "utf16le":
        case "utf-16le":
          return "utf16le";
        case "latin1":
        case "binary":
          return "latin1";
        case "base64":
        case "ascii":
        case "hex":
          return encoding;
        default:
          throw new Error("Unknown encoding: " + encoding);
      }
    }
  }
});

// node_modules/streamx/lib/errors.js
var require_errors = __commonJS({
  "node_modules/streamx/lib/errors.js"(exports, module) {
    module.exports = class StreamError extends Error {
      constructor(msg, code, fn = StreamError) {
        super(msg);
        this.code = code;
        if (Error.captureStackTrace) {
          Error.captureStackTrace(this, fn);
        }
      }
      static isStreamDestroyed(err) {
        return err && err.code === "STREAM_DESTROYED";
      }
      static isPrematureClose(err) {
        return err && err.code === "PREMATURE_CLOSE";
      }
      static isAborted(err) {
        return err && err.code === "ABORTED";
      }
      static isBadArgument(err) {
        return err && err.code === "BAD_ARGUMENT";
      }
      get name() {
        return "StreamError";
      }
      static STREAM_DESTROYED() {
        return new StreamError("Stream was destroyed", "STREAM_DESTROYED", StreamError.STREAM_DESTROYED);
      }
      static PREMATURE_CLOSE(msg = "Premature close") {
        return new StreamError(msg, "PREMATURE_CLOSE", StreamError.PREMATURE_CLOSE);
      }
      static ABORTED() {
        return new StreamError("Stream aborted", "ABORTED", StreamError.ABORTED);
      }
      static BAD_ARGUMENT(msg = "Bad argument") {
        return new StreamError(msg, "BAD_ARGUMENT", StreamError.BAD_ARGUMENT);
      }
    };
  }
});

// node_modules/streamx/index.js
var require_streamx = __commonJS({
  "node_modules/streamx/index.js"(exports, module) {
    var { EventEmitter } = require_default();
    var FIFO = require_fast_fifo();
    var TextDecoder2 = require_text_decoder();
    var StreamError = require_errors();
    var qmt = typeof queueMicrotask === "undefined" ? (fn) => global.process.nextTick(fn) : queueMicrotask;
    var MAX = (1 << 29) - 1;
    var OPENING = 1;
    var PREDESTROYING = 2;
    var DESTROYING = 4;
    var DESTROYED = 8;
    var NOT_OPENING = MAX ^ OPENING;
    var NOT_PREDESTROYING = MAX ^ PREDESTROYING;
    var READ_ACTIVE = 1 << 4;
    var READ_UPDATING = 2 << 4;
    var READ_PRIMARY = 4 << 4;
    var READ_QUEUED = 8 << 4;
    var READ_RESUMED = 16 << 4;
    var READ_PIPE_DRAINED = 32 << 4;
    var READ_ENDING = 64 << 4;
    var READ_EMIT_DATA = 128 << 4;
    var READ_EMIT_READABLE = 256 << 4;
    var READ_EMITTED_READABLE = 512 << 4;
    var READ_DONE = 1024 << 4;
    var READ_NEXT_TICK = 2048 << 4;
    var READ_NEEDS_PUSH = 4096 << 4;
    var READ_READ_AHEAD = 8192 << 4;
    var READ_FLOWING = READ_RESUMED | READ_PIPE_DRAINED;
    var READ_ACTIVE_AND_NEEDS_PUSH = READ_ACTIVE | READ_NEEDS_PUSH;
    var READ_PRIMARY_AND_ACTIVE = READ_PRIMARY | READ_ACTIVE;
    var READ_EMIT_READABLE_AND_QUEUED = READ_EMIT_READABLE | READ_QUEUED;
    var READ_RESUMED_READ_AHEAD = READ_RESUMED | READ_READ_AHEAD;
    var READ_NOT_ACTIVE = MAX ^ READ_ACTIVE;
    var READ_NON_PRIMARY = MAX ^ READ_PRIMARY;
    var READ_NON_PRIMARY_AND_PUSHED = MAX ^ (READ_PRIMARY | READ_NEEDS_PUSH);
    var READ_PUSHED = MAX ^ READ_NEEDS_PUSH;
    var READ_PAUSED = MAX ^ READ_RESUMED;
    var READ_NOT_QUEUED = MAX ^ (READ_QUEUED | READ_EMITTED_READABLE);
    var READ_NOT_ENDING = MAX ^ READ_ENDING;
    var READ_PIPE_NOT_DRAINED = MAX ^ READ_FLOWING;
    var READ_NOT_NEXT_TICK = MAX ^ READ_NEXT_TICK;
    var READ_NOT_UPDATING = MAX ^ READ_UPDATING;
    var READ_NO_READ_AHEAD = MAX ^ READ_READ_AHEAD;
    var READ_PAUSED_NO_READ_AHEAD = MAX ^ READ_RESUMED_READ_AHEAD;
    var WRITE_ACTIVE = 1 << 18;
    var WRITE_UPDATING = 2 << 18;
    var WRITE_PRIMARY = 4 << 18;
    var WRITE_QUEUED = 8 << 18;
    var WRITE_UNDRAINED = 16 << 18;
    var WRITE_DONE = 32 << 18;
    var WRITE_EMIT_DRAIN = 64 << 18;
    var WRITE_NEXT_TICK = 128 << 18;
    var WRITE_WRITING = 256 << 18;
    var WRITE_FINISHING = 512 << 18;
    var WRITE_CORKED = 1024 << 18;
    var WRITE_NOT_ACTIVE = MAX ^ (WRITE_ACTIVE | WRITE_WRITING);
    var WRITE_NON_PRIMARY = MAX ^ WRITE_PRIMARY;
    var WRITE_NOT_FINISHING = MAX ^ (WRITE_ACTIVE | WRITE_FINISHING);
    var WRITE_DRAINED = MAX ^ WRITE_UNDRAINED;
    var WRITE_NOT_QUEUED = MAX ^ WRITE_QUEUED;
    var WRITE_NOT_NEXT_TICK = MAX ^ WRITE_NEXT_TICK;
    var WRITE_NOT_UPDATING = MAX ^ WRITE_UPDATING;
    var WRITE_NOT_CORKED = MAX ^ WRITE_CORKED;
    var ACTIVE = READ_ACTIVE | WRITE_ACTIVE;
    var NOT_ACTIVE = MAX ^ ACTIVE;
    var DONE = READ_DONE | WRITE_DONE;
    var DESTROY_STATUS = DESTROYING | DESTROYED | PREDESTROYING;
    var OPEN_STATUS = DESTROY_STATUS | OPENING;
    var AUTO_DESTROY = DESTROY_STATUS | DONE;
    var NON_PRIMARY = WRITE_NON_PRIMARY & READ_NON_PRIMARY;
    var ACTIVE_OR_TICKING = WRITE_NEXT_TICK | READ_NEXT_TICK;
    var TICKING = ACTIVE_OR_TICKING & NOT_ACTIVE;
    var IS_OPENING = OPEN_STATUS | TICKING;
    var READ_PRIMARY_STATUS = OPEN_STATUS | READ_ENDING | READ_DONE;
    var READ_STATUS = OPEN_STATUS | READ_DONE | READ_QUEUED;
    var READ_ENDING_STATUS = OPEN_STATUS | READ_ENDING | READ_QUEUED;
    var READ_READABLE_STATUS = OPEN_STATUS | READ_EMIT_READABLE | READ_QUEUED | READ_EMITTED_READABLE;
    var SHOULD_NOT_READ = OPEN_STATUS | READ_ACTIVE | READ_ENDING | READ_DONE | READ_NEEDS_PUSH | READ_READ_AHEAD;
    var READ_BACKPRESSURE_STATUS = DESTROY_STATUS | READ_ENDING | READ_DONE;
    var READ_UPDATE_SYNC_STATUS = READ_UPDATING | OPEN_STATUS | READ_NEXT_TICK | READ_PRIMARY;
    var READ_NEXT_TICK_OR_OPENING = READ_NEXT_TICK | OPENING;
    var WRITE_PRIMARY_STATUS = OPEN_STATUS | WRITE_FINISHING | WRITE_DONE;
    var WRITE_QUEUED_AND_UNDRAINED = WRITE_QUEUED | WRITE_UNDRAINED;
    var WRITE_QUEUED_AND_ACTIVE = WRITE_QUEUED | WRITE_ACTIVE;
    var WRITE_DRAIN_STATUS = WRITE_QUEUED | WRITE_UNDRAINED | OPEN_STATUS | WRITE_ACTIVE;
    var WRITE_STATUS = OPEN_STATUS | WRITE_ACTIVE | WRITE_QUEUED | WRITE_CORKED;
    var WRITE_PRIMARY_AND_ACTIVE = WRITE_PRIMARY | WRITE_ACTIVE;
    var WRITE_ACTIVE_AND_WRITING = WRITE_ACTIVE | WRITE_WRITING;
    var WRITE_FINISHING_STATUS = OPEN_STATUS | WRITE_FINISHING | WRITE_QUEUED_AND_ACTIVE | WRITE_DONE;
    var WRITE_BACKPRESSURE_STATUS = WRITE_UNDRAINED | DESTROY_STATUS | WRITE_FINISHING | WRITE_DONE;
    var WRITE_UPDATE_SYNC_STATUS = WRITE_UPDATING | OPEN_STATUS | WRITE_NEXT_TICK | WRITE_PRIMARY;
    var WRITE_DROP_DATA = WRITE_FINISHING | WRITE_DONE | DESTROY_STATUS;
    var asyncIterator = Symbol.asyncIterator || /* @__PURE__ */ Symbol("asyncIterator");
    var WritableState = class {
      constructor(stream, { highWaterMark = 16384, map = null, mapWritable, byteLength, byteLengthWritable } = {}) {
        this.stream = stream;
        this.queue = new FIFO();
        this.highWaterMark = highWaterMark;
        this.buffered = 0;
        this.error = null;
        this.pipeline = null;
        this.drains = null;
        this.byteLength = byteLengthWritable || byteLength || defaultByteLength;
        this.map = mapWritable || map;
        this.afterWrite = afterWrite.bind(this);
        this.afterUpdateNextTick = updateWriteNT.bind(this);
      }
      get ending() {
        return (this.stream._duplexState & WRITE_FINISHING) !== 0;
      }
      get ended() {
        return (this.stream._duplexState & WRITE_DONE) !== 0;
      }
      push(data) {
        if ((this.stream._duplexState & WRITE_DROP_DATA) !== 0) return false;
        if (this.map !== null) data = this.map(data);
        this.buffered += this.byteLength(data);
        this.queue.push(data);
        if (this.buffered < this.highWaterMark) {
          this.stream._duplexState |= WRITE_QUEUED;
          return true;
        }
        this.stream._duplexState |= WRITE_QUEUED_AND_UNDRAINED;
        return false;
      }
      shift() {
        const data = this.queue.shift();
        this.buffered -= this.byteLength(data);
        if (this.buffered === 0) this.stream._duplexState &= WRITE_NOT_QUEUED;
        return data;
      }
      end(data) {
        if (typeof data === "function") {
          this.stream.once("finish", data);
        } else if (data !== void 0 && data !== null) {
          this.push(data);
        }
        this.stream._duplexState = (this.stream._duplexState | WRITE_FINISHING) & WRITE_NON_PRIMARY;
      }
      autoBatch(data, cb) {
        const buffer = [];
        const stream = this.stream;
        buffer.push(data);
        while ((stream._duplexState & WRITE_STATUS) === WRITE_QUEUED_AND_ACTIVE) {
          buffer.push(stream._writableState.shift());
        }
        if ((stream._duplexState & OPEN_STATUS) !== 0) return cb(null);
        stream._writev(buffer, cb);
      }
      update() {
        const stream = this.stream;
        stream._duplexState |= WRITE_UPDATING;
        do {
          while ((stream._duplexState & WRITE_STATUS) === WRITE_QUEUED) {
            const data = this.shift();
            stream._duplexState |= WRITE_ACTIVE_AND_WRITING;
            stream._write(data, this.afterWrite);
          }
          if ((stream._duplexState & WRITE_PRIMARY_AND_ACTIVE) === 0) this.updateNonPrimary();
        } while (this.continueUpdate() === true);
        stream._duplexState &= WRITE_NOT_UPDATING;
      }
      updateNonPrimary() {
        const stream = this.stream;
        if ((stream._duplexState & WRITE_FINISHING_STATUS) === WRITE_FINISHING) {
          stream._duplexState = stream._duplexState | WRITE_ACTIVE;
          stream._final(afterFinal.bind(this));
          return;
        }
        if ((stream._duplexState & DESTROY_STATUS) === DESTROYING) {
          if ((stream._duplexState & ACTIVE_OR_TICKING) === 0) {
            stream._duplexState |= ACTIVE;
            stream._destroy(afterDestroy.bind(this));
          }
          return;
        }
        if ((stream._duplexState & IS_OPENING) === OPENING) {
          stream._duplexState = (stream._duplexState | ACTIVE) & NOT_OPENING;
          stream._open(afterOpen.bind(this));
        }
      }
      continueUpdate() {
        if ((this.stream._duplexState & WRITE_NEXT_TICK) === 0) return false;
        this.stream._duplexState &= WRITE_NOT_NEXT_TICK;
        return true;
      }
      updateCallback() {
        if ((this.stream._duplexState & WRITE_UPDATE_SYNC_STATUS) === WRITE_PRIMARY) {
          this.update();
        } else {
          this.updateNextTick();
        }
      }
      updateNextTick() {
        if ((this.stream._duplexState & WRITE_NEXT_TICK) !== 0) return;
        this.stream._duplexState |= WRITE_NEXT_TICK;
        if ((this.stream._duplexState & WRITE_UPDATING) === 0) qmt(this.afterUpdateNextTick);
      }
    };
    var ReadableState = class {
      constructor(stream, { highWaterMark = 16384, map = null, mapReadable, byteLength, byteLengthReadable } = {}) {
        this.stream = stream;
        this.queue = new FIFO();
        this.highWaterMark = highWaterMark === 0 ? 1 : highWaterMark;
        this.buffered = 0;
        this.readAhead = highWaterMark > 0;
        this.error = null;
        this.pipeline = null;
        this.byteLength = byteLengthReadable || byteLength || defaultByteLength;
        this.map = mapReadable || map;
        this.pipeTo = null;
        this.afterRead = afterRead.bind(this);
        this.afterUpdateNextTick = updateReadNT.bind(this);
      }
      get ending() {
        return (this.stream._duplexState & READ_ENDING) !== 0;
      }
      get ended() {
        return (this.stream._duplexState & READ_DONE) !== 0;
      }
      pipe(pipeTo, cb) {
        if (this.pipeTo !== null) throw StreamError.BAD_ARGUMENT("Can only pipe to one destination");
        if (typeof cb !== "function") cb = null;
        this.stream._duplexState |= READ_PIPE_DRAINED;
        this.pipeTo = pipeTo;
        this.pipeline = new Pipeline(this.stream, pipeTo, cb);
        if (cb) this.stream.on("error", noop);
        if (isStreamx(pipeTo)) {
          pipeTo._writableState.pipeline = this.pipeline;
          if (cb) pipeTo.on("error", noop);
          pipeTo.on("finish", this.pipeline.finished.bind(this.pipeline));
        } else {
          const onerror = this.pipeline.done.bind(this.pipeline, pipeTo);
          const onclose = this.pipeline.done.bind(this.pipeline, pipeTo, null);
          pipeTo.on("error", onerror);
          pipeTo.on("close", onclose);
          pipeTo.on("finish", this.pipeline.finished.bind(this.pipeline));
        }
        pipeTo.on("drain", afterDrain.bind(this));
        this.stream.emit("piping", pipeTo);
        pipeTo.emit("pipe", this.stream);
      }
      push(data) {
        const stream = this.stream;
        if (data === null) {
          this.highWaterMark = 0;
          stream._duplexState = (stream._duplexState | READ_ENDING) & READ_NON_PRIMARY_AND_PUSHED;
          return false;
        }
        if (this.map !== null) {
          data = this.map(data);
          if (data === null) {
            stream._duplexState &= READ_PUSHED;
            return this.buffered < this.highWaterMark;
          }
        }
        this.buffered += this.byteLength(data);
        this.queue.push(data);
        stream._duplexState = (stream._duplexState | READ_QUEUED) & READ_PUSHED;
        return this.buffered < this.highWaterMark;
      }
      shift() {
        const data = this.queue.shift();
        this.buffered -= this.byteLength(data);
        if (this.buffered === 0) {
          this.stream._duplexState &= READ_NOT_QUEUED;
        }
        return data;
      }
      unshift(data) {
        const pending = [this.map !== null ? this.map(data) : data];
        while (this.buffered > 0) pending.push(this.shift());
        for (let i = 0; i < pending.length - 1; i++) {
          const data2 = pending[i];
          this.buffered += this.byteLength(data2);
          this.queue.push(data2);
        }
        this.push(pending[pending.length - 1]);
      }
      read() {
        const stream = this.stream;
        if ((stream._duplexState & READ_STATUS) === READ_QUEUED) {
          const data = this.shift();
          if (this.pipeTo !== null && this.pipeTo.write(data) === false) {
            stream._duplexState &= READ_PIPE_NOT_DRAINED;
          }
          if ((stream._duplexState & READ_EMIT_DATA) !== 0) {
            stream.emit("data", data);
          }
          return data;
        }
        if (this.readAhead === false) {
          stream._duplexState |= READ_READ_AHEAD;
          this.updateNextTick();
        }
        return null;
      }
      drain() {
        const stream = this.stream;
        while ((stream._duplexState & READ_STATUS) === READ_QUEUED && (stream._duplexState & READ_FLOWING) !== 0) {
          const data = this.shift();
          if (this.pipeTo !== null && this.pipeTo.write(data) === false) {
            stream._duplexState &= READ_PIPE_NOT_DRAINED;
          }
          if ((stream._duplexState & READ_EMIT_DATA) !== 0) {
            stream.emit("data", data);
          }
        }
      }
      update() {
        const stream = this.stream;
        stream._duplexState |= READ_UPDATING;
        do {
          this.drain();
          while (this.buffered < this.highWaterMark && (stream._duplexState & SHOULD_NOT_READ) === READ_READ_AHEAD) {
            stream._duplexState |= READ_ACTIVE_AND_NEEDS_PUSH;
            stream._read(this.afterRead);
            this.drain();
          }
          if ((stream._duplexState & READ_READABLE_STATUS) === READ_EMIT_READABLE_AND_QUEUED) {
            stream._duplexState |= READ_EMITTED_READABLE;
            stream.emit("readable");
          }
          if ((stream._duplexState & READ_PRIMARY_AND_ACTIVE) === 0) {
            this.updateNonPrimary();
          }
        } while (this.continueUpdate() === true);
        stream._duplexState &= READ_NOT_UPDATING;
      }
      updateNonPrimary() {
        const stream = this.stream;
        if ((stream._duplexState & READ_ENDING_STATUS) === READ_ENDING) {
          stream._duplexState = (stream._duplexState | READ_DONE) & READ_NOT_ENDING;
          stream.emit("end");
          if ((stream._duplexState & AUTO_DESTROY) === DONE) {
            stream._duplexState |= DESTROYING;
          }
          if (this.pipeTo !== null) {
            this.pipeTo.end();
          }
        }
        if ((stream._duplexState & DESTROY_STATUS) === DESTROYING) {
          if ((stream._duplexState & ACTIVE_OR_TICKING) === 0) {
            stream._duplexState |= ACTIVE;
            stream._destroy(afterDestroy.bind(this));
          }
          return;
        }
        if ((stream._duplexState & IS_OPENING) === OPENING) {
          stream._duplexState = (stream._duplexState | ACTIVE) & NOT_OPENING;
          stream._open(afterOpen.bind(this));
        }
      }
      continueUpdate() {
        if ((this.stream._duplexState & READ_NEXT_TICK) === 0) return false;
        this.stream._duplexState &= READ_NOT_NEXT_TICK;
        return true;
      }
      updateCallback() {
        if ((this.stream._duplexState & READ_UPDATE_SYNC_STATUS) === READ_PRIMARY) {
          this.update();
        } else {
          this.updateNextTick();
        }
      }
      updateNextTickIfOpen() {
        if ((this.stream._duplexState & READ_NEXT_TICK_OR_OPENING) !== 0) return;
        this.stream._duplexState |= READ_NEXT_TICK;
        if ((this.stream._duplexState & READ_UPDATING) === 0) qmt(this.afterUpdateNextTick);
      }
      updateNextTick() {
        if ((this.stream._duplexState & READ_NEXT_TICK) !== 0) return;
        this.stream._duplexState |= READ_NEXT_TICK;
        if ((this.stream._duplexState & READ_UPDATING) === 0) qmt(this.afterUpdateNextTick);
      }
    };
    var TransformState = class {
      constructor(stream) {
        this.data = null;
        this.afterTransform = afterTransform.bind(stream);
        this.afterFinal = null;
      }
    };
    var Pipeline = class {
      constructor(src, dst, cb) {
        this.from = src;
        this.to = dst;
        this.afterPipe = cb;
        this.error = null;
        this.pipeToFinished = false;
      }
      finished() {
        this.pipeToFinished = true;
      }
      done(stream, err) {
        if (err) this.error = err;
        if (stream === this.to) {
          this.to = null;
          if (this.from !== null) {
            if ((this.from._duplexState & READ_DONE) === 0 || !this.pipeToFinished) {
              this.from.destroy(this.error || StreamError.PREMATURE_CLOSE("Writable stream closed"));
            }
            return;
          }
        }
        if (stream === this.from) {
          this.from = null;
          if (this.to !== null) {
            if ((stream._duplexState & READ_DONE) === 0) {
              this.to.destroy(this.error || StreamError.PREMATURE_CLOSE("Readable stream closed"));
            }
            return;
          }
        }
        if (this.afterPipe !== null) this.afterPipe(this.error);
        this.to = this.from = this.afterPipe = null;
      }
    };
    function afterDrain() {
      this.stream._duplexState |= READ_PIPE_DRAINED;
      this.updateCallback();
    }
    function afterFinal(err) {
      const stream = this.stream;
      if (err) stream.destroy(err);
      if ((stream._duplexState & DESTROY_STATUS) === 0) {
        stream._duplexState |= WRITE_DONE;
        stream.emit("finish");
      }
      if ((stream._duplexState & AUTO_DESTROY) === DONE) {
        stream._duplexState |= DESTROYING;
      }
      stream._duplexState &= WRITE_NOT_FINISHING;
      if ((stream._duplexState & WRITE_UPDATING) === 0) {
        this.update();
      } else {
        this.updateNextTick();
      }
    }
    function afterDestroy(err) {
      const stream = this.stream;
      if (!err && !StreamError.isStreamDestroyed(this.error)) err = this.error;
      if (err) stream.emit("error", err);
      stream._duplexState |= DESTROYED;
      stream.emit("close");
      const rs = stream._readableState;
      const ws = stream._writableState;
      if (rs !== null && rs.pipeline !== null) {
        rs.pipeline.done(stream, err);
      }
      if (ws !== null) {
        while (ws.drains !== null && ws.drains.length > 0) {
          ws.drains.shift().resolve(false);
        }
        if (ws.pipeline !== null) {
          ws.pipeline.done(stream, err);
        }
      }
    }
    function afterWrite(err) {
      const stream = this.stream;
      if (err) stream.destroy(err);
      stream._duplexState &= WRITE_NOT_ACTIVE;
      if (this.drains !== null) tickDrains(this.drains);
      if ((stream._duplexState & WRITE_DRAIN_STATUS) === WRITE_UNDRAINED) {
        stream._duplexState &= WRITE_DRAINED;
        if ((stream._duplexState & WRITE_EMIT_DRAIN) === WRITE_EMIT_DRAIN) {
          stream.emit("drain");
        }
      }
      this.updateCallback();
    }
    function afterRead(err) {
      if (err) this.stream.destroy(err);
      this.stream._duplexState &= READ_NOT_ACTIVE;
      if (this.readAhead === false && (this.stream._duplexState & READ_RESUMED) === 0) {
        this.stream._duplexState &= READ_NO_READ_AHEAD;
      }
      this.updateCallback();
    }
    function updateReadNT() {
      if ((this.stream._duplexState & READ_UPDATING) === 0) {
        this.stream._duplexState &= READ_NOT_NEXT_TICK;
        this.update();
      }
    }
    function updateWriteNT() {
      if ((this.stream._duplexState & WRITE_UPDATING) === 0) {
        this.stream._duplexState &= WRITE_NOT_NEXT_TICK;
        this.update();
      }
    }
    function tickDrains(drains) {
      for (let i = 0; i < drains.length; i++) {
        if (--drains[i].writes === 0) {
          drains.shift().resolve(true);
          i--;
        }
      }
    }
    function afterOpen(err) {
      const stream = this.stream;
      if (err) stream.destroy(err);
      if ((stream._duplexState & DESTROYING) === 0) {
        if ((stream._duplexState & READ_PRIMARY_STATUS) === 0) {
          stream._duplexState |= READ_PRIMARY;
        }
        if ((stream._duplexState & WRITE_PRIMARY_STATUS) === 0) {
          stream._duplexState |= WRITE_PRIMARY;
        }
        stream.emit("open");
      }
      stream._duplexState &= NOT_ACTIVE;
      if (stream._writableState !== null) {
        stream._writableState.updateCallback();
      }
      if (stream._readableState !== null) {
        stream._readableState.updateCallback();
      }
    }
    function afterTransform(err, data) {
      if (data !== void 0 && data !== null) this.push(data);
      this._writableState.afterWrite(err);
    }
    function newListener(name) {
      if (this._readableState !== null) {
        if (name === "data") {
          this._duplexState |= READ_EMIT_DATA | READ_RESUMED_READ_AHEAD;
          this._readableState.updateNextTick();
        }
        if (name === "readable") {
          this._duplexState |= READ_EMIT_READABLE;
          this._readableState.updateNextTick();
        }
      }
      if (this._writableState !== null) {
        if (name === "drain") {
          this._duplexState |= WRITE_EMIT_DRAIN;
          this._writableState.updateNextTick();
        }
      }
    }
    var Stream = class extends EventEmitter {
      constructor(opts) {
        super();
        this._duplexState = 0;
        this._readableState = null;
        this._writableState = null;
        if (opts) {
          if (opts.open) this._open = opts.open;
          if (opts.destroy) this._destroy = opts.destroy;
          if (opts.predestroy) this._predestroy = opts.predestroy;
          if (opts.signal) opts.signal.addEventListener("abort", abort.bind(this));
        }
        this.on("newListener", newListener);
      }
      _open(cb) {
        cb(null);
      }
      _destroy(cb) {
        cb(null);
      }
      _predestroy() {
      }
      get readable() {
        return this._readableState !== null ? true : void 0;
      }
      get writable() {
        return this._writableState !== null ? true : void 0;
      }
      get destroyed() {
        return (this._duplexState & DESTROYED) !== 0;
      }
      get destroying() {
        return (this._duplexState & DESTROY_STATUS) !== 0;
      }
      destroy(err) {
        if ((this._duplexState & DESTROY_STATUS) === 0) {
          if (!err) err = StreamError.STREAM_DESTROYED();
          this._duplexState = (this._duplexState | DESTROYING) & NON_PRIMARY;
          if (this._readableState !== null) {
            this._readableState.highWaterMark = 0;
            this._readableState.error = err;
          }
          if (this._writableState !== null) {
            this._writableState.highWaterMark = 0;
            this._writableState.error = err;
          }
          this._duplexState |= PREDESTROYING;
          this._predestroy();
          this._duplexState &= NOT_PREDESTROYING;
          if (this._readableState !== null) {
            this._readableState.updateNextTick();
          }
          if (this._writableState !== null) {
            this._writableState.updateNextTick();
          }
        }
      }
    };
    var Readable2 = class _Readable extends Stream {
      constructor(opts) {
        super(opts);
        this._duplexState |= OPENING | WRITE_DONE | READ_READ_AHEAD;
        this._readableState = new ReadableState(this, opts);
        if (opts) {
          if (this._readableState.readAhead === false) this._duplexState &= READ_NO_READ_AHEAD;
          if (opts.read) this._read = opts.read;
          if (opts.eagerOpen) this._readableState.updateNextTick();
          if (opts.encoding) this.setEncoding(opts.encoding);
        }
      }
      static deferred(fn, opts) {
        const out = new PassThrough(opts);
        fn().then((src) => {
          if (src === null) return out.end();
          if (out.destroying) return;
          pipeline2(src, out, noop);
        }).catch((err) => out.destroy(err));
        return out;
      }
      setEncoding(encoding) {
        const dec = new TextDecoder2(encoding);
        const map = this._readableState.map || echo;
        this._readableState.map = mapOrSkip;
        return this;
        function mapOrSkip(data) {
          const next = dec.push(data);
          return next === "" && (data.byteLength !== 0 || dec.remaining > 0) ? null : map(next);
        }
      }
      _read(cb) {
        cb(null);
      }
      pipe(dest, cb) {
        this._readableState.updateNextTick();
        this._readableState.pipe(dest, cb);
        return dest;
      }
      read() {
        this._readableState.updateNextTick();
        return this._readableState.read();
      }
      push(data) {
        this._readableState.updateNextTickIfOpen();
        return this._readableState.push(data);
      }
      unshift(data) {
        this._readableState.updateNextTickIfOpen();
        return this._readableState.unshift(data);
      }
      resume() {
        this._duplexState |= READ_RESUMED_READ_AHEAD;
        this._readableState.updateNextTick();
        return this;
      }
      pause() {
        this._duplexState &= this._readableState.readAhead === false ? READ_PAUSED_NO_READ_AHEAD : READ_PAUSED;
        return this;
      }
      static _fromAsyncIterator(ite, opts) {
        let destroy;
        const rs = new _Readable({
          ...opts,
          read(cb) {
            ite.next().then(push).then(cb.bind(null, null)).catch(cb);
          },
          predestroy() {
            destroy = ite.return();
          },
          destroy(cb) {
            if (!destroy) return cb(null);
            destroy.then(cb.bind(null, null)).catch(cb);
          }
        });
        return rs;
        function push(data) {
          if (data.done) rs.push(null);
          else rs.push(data.value);
        }
      }
      static from(data, opts) {
        if (isReadStreamx(data)) return data;
        if (data[asyncIterator]) return this._fromAsyncIterator(data[asyncIterator](), opts);
        if (!Array.isArray(data)) data = data === void 0 ? [] : [data];
        let i = 0;
        return new _Readable({
          ...opts,
          read(cb) {
            this.push(i === data.length ? null : data[i++]);
            cb(null);
          }
        });
      }
      static isBackpressured(rs) {
        return (rs._duplexState & READ_BACKPRESSURE_STATUS) !== 0 || rs._readableState.buffered >= rs._readableState.highWaterMark;
      }
      static isPaused(rs) {
        return (rs._duplexState & READ_RESUMED) === 0;
      }
      [asyncIterator]() {
        const stream = this;
        let error = null;
        let promiseResolve = null;
        let promiseReject = null;
        this.on("error", (err) => {
          error = err;
        });
        this.on("readable", onreadable);
        this.on("close", onclose);
        return {
          [asyncIterator]() {
            return this;
          },
          next() {
            return new Promise(function(resolve, reject) {
              promiseResolve = resolve;
              promiseReject = reject;
              const data = stream.read();
              if (data !== null) ondata(data);
              else if ((stream._duplexState & DESTROYED) !== 0) ondata(null);
            });
          },
          return() {
            return destroy(null);
          },
          throw(err) {
            return destroy(err);
          }
        };
        function onreadable() {
          if (promiseResolve !== null) ondata(stream.read());
        }
        function onclose() {
          if (promiseResolve !== null) ondata(null);
        }
        function ondata(data) {
          if (promiseReject === null) return;
          if (error) {
            promiseReject(error);
          } else if (data === null && (stream._duplexState & READ_DONE) === 0) {
            promiseReject(StreamError.STREAM_DESTROYED());
          } else {
            promiseResolve({ value: data, done: data === null });
          }
          promiseReject = promiseResolve = null;
        }
        function destroy(err) {
          stream.destroy(err);
          return new Promise((resolve, reject) => {
            if (stream._duplexState & DESTROYED) return resolve({ value: void 0, done: true });
            stream.once("close", function() {
              if (err) reject(err);
              else resolve({ value: void 0, done: true });
            });
          });
        }
      }
    };
    var Writable = class extends Stream {
      constructor(opts) {
        super(opts);
        this._duplexState |= OPENING | READ_DONE;
        this._writableState = new WritableState(this, opts);
        if (opts) {
          if (opts.writev) this._writev = opts.writev;
          if (opts.write) this._write = opts.write;
          if (opts.final) this._final = opts.final;
          if (opts.eagerOpen) this._writableState.updateNextTick();
        }
      }
      cork() {
        this._duplexState |= WRITE_CORKED;
      }
      uncork() {
        this._duplexState &= WRITE_NOT_CORKED;
        this._writableState.updateNextTick();
      }
      _writev(batch, cb) {
        cb(null);
      }
      _write(data, cb) {
        this._writableState.autoBatch(data, cb);
      }
      _final(cb) {
        cb(null);
      }
      static isBackpressured(ws) {
        return (ws._duplexState & WRITE_BACKPRESSURE_STATUS) !== 0;
      }
      static drained(ws) {
        if (ws.destroyed) return Promise.resolve(false);
        const state = ws._writableState;
        const pending = isWritev(ws) ? Math.min(1, state.queue.length) : state.queue.length;
        const writes = pending + (ws._duplexState & WRITE_WRITING ? 1 : 0);
        if (writes === 0) return Promise.resolve(true);
        if (state.drains === null) state.drains = [];
        return new Promise((resolve) => {
          state.drains.push({ writes, resolve });
        });
      }
      write(data) {
        this._writableState.updateNextTick();
        return this._writableState.push(data);
      }
      end(data) {
        this._writableState.updateNextTick();
        this._writableState.end(data);
        return this;
      }
    };
    var Duplex = class extends Readable2 {
      // and Writable
      constructor(opts) {
        super(opts);
        this._duplexState = OPENING | this._duplexState & READ_READ_AHEAD;
        this._writableState = new WritableState(this, opts);
        if (opts) {
          if (opts.writev) this._writev = opts.writev;
          if (opts.write) this._write = opts.write;
          if (opts.final) this._final = opts.final;
        }
      }
      cork() {
        this._duplexState |= WRITE_CORKED;
      }
      uncork() {
        this._duplexState &= WRITE_NOT_CORKED;
        this._writableState.updateNextTick();
      }
      _writev(batch, cb) {
        cb(null);
      }
      _write(data, cb) {
        this._writableState.autoBatch(data, cb);
      }
      _final(cb) {
        cb(null);
      }
      write(data) {
        this._writableState.updateNextTick();
        return this._writableState.push(data);
      }
      end(data) {
        this._writableState.updateNextTick();
        this._writableState.end(data);
        return this;
      }
    };
    var Transform = class extends Duplex {
      constructor(opts) {
        super(opts);
        this._transformState = new TransformState(this);
        if (opts) {
          if (opts.transform) this._transform = opts.transform;
          if (opts.flush) this._flush = opts.flush;
        }
      }
      _write(data, cb) {
        if (this._readableState.buffered >= this._readableState.highWaterMark) {
          this._transformState.data = data;
        } else {
          this._transform(data, this._transformState.afterTransform);
        }
      }
      _read(cb) {
        if (this._transformState.data !== null) {
          const data = this._transformState.data;
          this._transformState.data = null;
          cb(null);
          this._transform(data, this._transformState.afterTransform);
        } else {
          cb(null);
        }
      }
      destroy(err) {
        super.destroy(err);
        if (this._transformState.data !== null) {
          this._transformState.data = null;
          this._transformState.afterTransform();
        }
      }
      _transform(data, cb) {
        cb(null, data);
      }
      _flush(cb) {
        cb(null);
      }
      _final(cb) {
        this._transformState.afterFinal = cb;
        this._flush(transformAfterFlush.bind(this));
      }
    };
    var PassThrough = class extends Transform {
    };
    function transformAfterFlush(err, data) {
      const cb = this._transformState.afterFinal;
      if (err) return cb(err);
      if (data !== null && data !== void 0) this.push(data);
      this.push(null);
      cb(null);
    }
    function pipelinePromise(...streams) {
      return new Promise((resolve, reject) => {
        return pipeline2(...streams, (err) => {
          if (err) return reject(err);
          resolve();
        });
      });
    }
    function pipeline2(stream, ...streams) {
      const all = Array.isArray(stream) ? [...stream, ...streams] : [stream, ...streams];
      const done = all.length && typeof all[all.length - 1] === "function" ? all.pop() : null;
      if (all.length < 2) throw StreamError.BAD_ARGUMENT("Pipeline requires at least 2 streams");
      let src = all[0];
      let dest = null;
      let error = null;
      for (let i = 1; i < all.length; i++) {
        dest = all[i];
        if (isStreamx(src)) {
          src.pipe(dest, onerror);
        } else {
          errorHandle(src, true, i > 1, onerror);
          src.pipe(dest);
        }
        src = dest;
      }
      if (done) {
        let fin = false;
        const autoDestroy = isStreamx(dest) || !!(dest._writableState && dest._writableState.autoDestroy);
        dest.on("error", (err) => {
          if (error === null) error = err;
        });
        dest.on("finish", () => {
          fin = true;
          if (!autoDestroy) done(error);
        });
        if (autoDestroy) {
          dest.on("close", () => done(error || (fin ? null : StreamError.PREMATURE_CLOSE())));
        }
      }
      return dest;
      function errorHandle(s, rd, wr, onerror2) {
        s.on("error", onerror2);
        s.on("close", onclose);
        function onclose() {
          if (rd && s._readableState && !s._readableState.ended) {
            return onerror2(StreamError.PREMATURE_CLOSE());
          }
          if (wr && s._writableState && !s._writableState.ended) {
            return onerror2(StreamError.PREMATURE_CLOSE());
          }
        }
      }
      function onerror(err) {
        if (!err || error) return;
        error = err;
        for (const s of all) {
          s.destroy(err);
        }
      }
    }
    function echo(s) {
      return s;
    }
    function isStream(stream) {
      return !!stream._readableState || !!stream._writableState;
    }
    function isStreamx(stream) {
      return typeof stream._duplexState === "number" && isStream(stream);
    }
    function isEnding(stream) {
      return !!stream._readableState && stream._readableState.ending;
    }
    function isEnded(stream) {
      return !!stream._readableState && stream._readableState.ended;
    }
    function isFinishing(stream) {
      return !!stream._writableState && stream._writableState.ending;
    }
    function isFinished(stream) {
      return !!stream._writableState && stream._writableState.ended;
    }
    function getStreamError(stream, opts = {}) {
      const err = stream._readableState && stream._readableState.error || stream._writableState && stream._writableState.error;
      return !opts.all && StreamError.isStreamDestroyed(err) ? null : err;
    }
    function isReadStreamx(stream) {
      return isStreamx(stream) && stream.readable;
    }
    function isDisturbed(stream) {
      return (stream._duplexState & OPENING) !== OPENING || (stream._duplexState & DESTROYING) === DESTROYING || (stream._duplexState & ACTIVE_OR_TICKING) !== 0;
    }
    function isTypedArray(data) {
      return typeof data === "object" && data !== null && typeof data.byteLength === "number";
    }
    function defaultByteLength(data) {
      return isTypedArray(data) ? data.byteLength : 1024;
    }
    function noop() {
    }
    function abort() {
      this.destroy(StreamError.ABORTED());
    }
    function isWritev(s) {
      return s._writev !== Writable.prototype._writev && s._writev !== Duplex.prototype._writev;
    }
    module.exports = {
      pipeline: pipeline2,
      pipelinePromise,
      isStream,
      isStreamx,
      isEnding,
      isEnded,
      isFinishing,
      isFinished,
      isDisturbed,
      getStreamError,
      Stream,
      Writable,
      Readable: Readable2,
      Duplex,
      Transform,
      // Export PassThrough for compatibility with Node.js core's stream module
      PassThrough
    };
  }
});

// libs/oci/node_modules/tar-stream/headers.js
var require_headers = __commonJS({
  "libs/oci/node_modules/tar-stream/headers.js"(exports) {
    var b4a = require_b4a();
    var ZEROS = "0000000000000000000";
    var SEVENS = "7777777777777777777";
    var ZERO_OFFSET = "0".charCodeAt(0);
    var USTAR_MAGIC = b4a.from([117, 115, 116, 97, 114, 0]);
    var USTAR_VER = b4a.from([ZERO_OFFSET, ZERO_OFFSET]);
    var GNU_MAGIC = b4a.from([117, 115, 116, 97, 114, 32]);
    var GNU_VER = b4a.from([32, 0]);
    var MASK = 4095;
    var MAGIC_OFFSET = 257;
    var VERSION_OFFSET = 263;
    exports.decodeLongPath = function decodeLongPath(buf, encoding) {
      return decodeStr(buf, 0, buf.length, encoding);
    };
    exports.encodePax = function encodePax(opts) {
      let result = "";
      if (opts.name) result += addLength(" path=" + opts.name + "\n");
      if (opts.linkname) result += addLength(" linkpath=" + opts.linkname + "\n");
      const pax = opts.pax;
      if (pax) {
        for (const key in pax) {
          result += addLength(" " + key + "=" + pax[key] + "\n");
        }
      }
      return b4a.from(result);
    };
    exports.decodePax = function decodePax(buf) {
      const result = {};
      while (buf.length) {
        let i = 0;
        while (i < buf.length && buf[i] !== 32) i++;
        const len = parseInt(b4a.toString(buf.subarray(0, i)), 10);
        if (!len) return result;
        const b = b4a.toString(buf.subarray(i + 1, len - 1));
        const keyIndex = b.indexOf("=");
        if (keyIndex === -1) return result;
        result[b.slice(0, keyIndex)] = b.slice(keyIndex + 1);
        buf = buf.subarray(len);
      }
      return result;
    };
    exports.encode = function encode(opts) {
      const buf = b4a.alloc(512);
      let name = opts.name;
      let prefix = "";
      if (opts.typeflag === 5 && name[name.length - 1] !== "/") name += "/";
      if (b4a.byteLength(name) !== name.length) return null;
      while (b4a.byteLength(name) > 100) {
        const i = name.indexOf("/");
        if (i === -1) return null;
        prefix += prefix ? "/" + name.slice(0, i) : name.slice(0, i);
        name = name.slice(i + 1);
      }
      if (b4a.byteLength(name) > 100 || b4a.byteLength(prefix) > 155) return null;
      if (opts.linkname && b4a.byteLength(opts.linkname) > 100) return null;
      b4a.write(buf, name);
      b4a.write(buf, encodeOct(opts.mode & MASK, 6), 100);
      b4a.write(buf, encodeOct(opts.uid, 6), 108);
      b4a.write(buf, encodeOct(opts.gid, 6), 116);
      encodeSize(opts.size, buf, 124);
      b4a.write(buf, encodeOct(opts.mtime.getTime() / 1e3 | 0, 11), 136);
      buf[156] = ZERO_OFFSET + toTypeflag(opts.type);
      if (opts.linkname) b4a.write(buf, opts.linkname, 157);
      b4a.copy(USTAR_MAGIC, buf, MAGIC_OFFSET);
      b4a.copy(USTAR_VER, buf, VERSION_OFFSET);
      if (opts.uname) b4a.write(buf, opts.uname, 265);
      if (opts.gname) b4a.write(buf, opts.gname, 297);
      b4a.write(buf, encodeOct(opts.devmajor || 0, 6), 329);
      b4a.write(buf, encodeOct(opts.devminor || 0, 6), 337);
      if (prefix) b4a.write(buf, prefix, 345);
      b4a.write(buf, encodeOct(cksum(buf), 6), 148);
      return buf;
    };
    exports.decode = function decode(buf, filenameEncoding, allowUnknownFormat) {
      let typeflag = buf[156] === 0 ? 0 : buf[156] - ZERO_OFFSET;
      let name = decodeStr(buf, 0, 100, filenameEncoding);
      const mode = decodeOct(buf, 100, 8);
      const uid = decodeOct(buf, 108, 8);
      const gid = decodeOct(buf, 116, 8);
      const size = decodeOct(buf, 124, 12);
      const mtime = decodeOct(buf, 136, 12);
      const type = toType(typeflag);
      const linkname = buf[157] === 0 ? null : decodeStr(buf, 157, 100, filenameEncoding);
      const uname = decodeStr(buf, 265, 32);
      const gname = decodeStr(buf, 297, 32);
      const devmajor = decodeOct(buf, 329, 8);
      const devminor = decodeOct(buf, 337, 8);
      const c = cksum(buf);
      if (c === 8 * 32) return null;
      if (c !== decodeOct(buf, 148, 8)) throw new Error("Invalid tar header. Maybe the tar is corrupted or it needs to be gunzipped?");
      if (isUSTAR(buf)) {
        if (buf[345]) name = decodeStr(buf, 345, 155, filenameEncoding) + "/" + name;
      } else if (isGNU(buf)) {
      } else {
        if (!allowUnknownFormat) {
          throw new Error("Invalid tar header: unknown format.");
        }
      }
      if (typeflag === 0 && name && name[name.length - 1] === "/") typeflag = 5;
      return {
        name,
        mode,
        uid,
        gid,
        size,
        byteOffset: 0,
        mtime: new Date(1e3 * mtime),
        type,
        linkname,
        uname,
        gname,
        devmajor,
        devminor,
        pax: null
      };
    };
    function isUSTAR(buf) {
      return b4a.equals(USTAR_MAGIC, buf.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 6));
    }
    function isGNU(buf) {
      return b4a.equals(GNU_MAGIC, buf.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 6)) && b4a.equals(GNU_VER, buf.subarray(VERSION_OFFSET, VERSION_OFFSET + 2));
    }
    function clamp(index, len, defaultValue) {
      if (typeof index !== "number") return defaultValue;
      index = ~~index;
      if (index >= len) return len;
      if (index >= 0) return index;
      index += len;
      if (index >= 0) return index;
      return 0;
    }
    function toType(flag) {
      switch (flag) {
        case 0:
          return "file";
        case 1:
          return "link";
        case 2:
          return "symlink";
        case 3:
          return "character-device";
        case 4:
          return "block-device";
        case 5:
          return "directory";
        case 6:
          return "fifo";
        case 7:
          return "contiguous-file";
        case 72:
          return "pax-header";
        case 55:
          return "pax-global-header";
        case 27:
          return "gnu-long-link-path";
        case 28:
        case 30:
          return "gnu-long-path";
      }
      return null;
    }
    function toTypeflag(flag) {
      switch (flag) {
        case "file":
          return 0;
        case "link":
          return 1;
        case "symlink":
          return 2;
        case "character-device":
          return 3;
        case "block-device":
          return 4;
        case "directory":
          return 5;
        case "fifo":
          return 6;
        case "contiguous-file":
          return 7;
        case "pax-header":
          return 72;
      }
      return 0;
    }
    function indexOf(block, num, offset, end) {
      for (; offset < end; offset++) {
        if (block[offset] === num) return offset;
      }
      return end;
    }
    function cksum(block) {
      let sum = 8 * 32;
      for (let i = 0; i < 148; i++) sum += block[i];
      for (let j = 156; j < 512; j++) sum += block[j];
      return sum;
    }
    function encodeOct(val, n) {
      val = val.toString(8);
      if (val.length > n) return SEVENS.slice(0, n) + " ";
      return ZEROS.slice(0, n - val.length) + val + " ";
    }
    function encodeSizeBin(num, buf, off) {
      buf[off] = 128;
      for (let i = 11; i > 0; i--) {
        buf[off + i] = num & 255;
        num = Math.floor(num / 256);
      }
    }
    function encodeSize(num, buf, off) {
      if (num.toString(8).length > 11) {
        encodeSizeBin(num, buf, off);
      } else {
        b4a.write(buf, encodeOct(num, 11), off);
      }
    }
    function parse256(buf) {
      let positive;
      if (buf[0] === 128) positive = true;
      else if (buf[0] === 255) positive = false;
      else return null;
      const tuple = [];
      let i;
      for (i = buf.length - 1; i > 0; i--) {
        const byte = buf[i];
        if (positive) tuple.push(byte);
        else tuple.push(255 - byte);
      }
      let sum = 0;
      const l = tuple.length;
      for (i = 0; i < l; i++) {
        sum += tuple[i] * Math.pow(256, i);
      }
      return positive ? sum : -1 * sum;
    }
    function decodeOct(val, offset, length) {
      val = val.subarray(offset, offset + length);
      offset = 0;
      if (val[offset] & 128) {
        return parse256(val);
      } else {
        while (offset < val.length && val[offset] === 32) offset++;
        const end = clamp(indexOf(val, 32, offset, val.length), val.length, val.length);
        while (offset < end && val[offset] === 0) offset++;
        if (end === offset) return 0;
        return parseInt(b4a.toString(val.subarray(offset, end)), 8);
      }
    }
    function decodeStr(val, offset, length, encoding) {
      return b4a.toString(val.subarray(offset, indexOf(val, 0, offset, offset + length)), encoding);
    }
    function addLength(str) {
      const len = b4a.byteLength(str);
      let digits = Math.floor(Math.log(len) / Math.log(10)) + 1;
      if (len + digits >= Math.pow(10, digits)) digits++;
      return len + digits + str;
    }
  }
});

// libs/oci/node_modules/tar-stream/extract.js
var require_extract = __commonJS({
  "libs/oci/node_modules/tar-stream/extract.js"(exports, module) {
    var { Writable, Readable: Readable2, getStreamError } = require_streamx();
    var FIFO = require_fast_fifo();
    var b4a = require_b4a();
    var headers = require_headers();
    var EMPTY = b4a.alloc(0);
    var MAX_HEADER_SIZE = 4 * 1024 * 1024;
    var BufferList = class {
      constructor() {
        this.buffered = 0;
        this.shifted = 0;
        this.queue = new FIFO();
        this._offset = 0;
      }
      push(buffer) {
        this.buffered += buffer.byteLength;
        this.queue.push(buffer);
      }
      shiftFirst(size) {
        return this.buffered === 0 ? null : this._next(size);
      }
      shift(size) {
        if (size > this.buffered) return null;
        if (size === 0) return EMPTY;
        let chunk = this._next(size);
        if (size === chunk.byteLength) return chunk;
        const chunks = [chunk];
        while ((size -= chunk.byteLength) > 0) {
          chunk = this._next(size);
          chunks.push(chunk);
        }
        return b4a.concat(chunks);
      }
      _next(size) {
        const buf = this.queue.peek();
        const rem = buf.byteLength - this._offset;
        if (size >= rem) {
          const sub = this._offset ? buf.subarray(this._offset, buf.byteLength) : buf;
          this.queue.shift();
          this._offset = 0;
          this.buffered -= rem;
          this.shifted += rem;
          return sub;
        }
        this.buffered -= size;
        this.shifted += size;
        return buf.subarray(this._offset, this._offset += size);
      }
    };
    var Source = class extends Readable2 {
      constructor(self, header, offset) {
        super();
        this.header = header;
        this.offset = offset;
        this._parent = self;
      }
      _read(cb) {
        if (this.header.size === 0) {
          this.push(null);
        }
        if (this._parent._stream === this) {
          this._parent._update();
        }
        cb(null);
      }
      _predestroy() {
        this._parent.destroy(getStreamError(this));
      }
      _detach() {
        if (this._parent._stream === this) {
          this._parent._stream = null;
          this._parent._missing = overflow(this.header.size);
          this._parent._update();
        }
      }
      _destroy(cb) {
        this._detach();
        cb(null);
      }
    };
    var Extract = class extends Writable {
      constructor(opts) {
        super(opts);
        if (!opts) opts = {};
        this._buffer = new BufferList();
        this._offset = 0;
        this._header = null;
        this._stream = null;
        this._missing = 0;
        this._longHeader = false;
        this._callback = noop;
        this._locked = false;
        this._finished = false;
        this._pax = null;
        this._paxGlobal = null;
        this._gnuLongPath = null;
        this._gnuLongLinkPath = null;
        this._filenameEncoding = opts.filenameEncoding || "utf-8";
        this._allowUnknownFormat = !!opts.allowUnknownFormat;
        this._unlockBound = this._unlock.bind(this);
      }
      _unlock(err) {
        this._locked = false;
        if (err) {
          this.destroy(err);
          this._continueWrite(err);
          return;
        }
        this._update();
      }
      _consumeHeader() {
        if (this._locked) return false;
        this._offset = this._buffer.shifted;
        try {
          this._header = headers.decode(this._buffer.shift(512), this._filenameEncoding, this._allowUnknownFormat);
        } catch (err) {
          this._continueWrite(err);
          return false;
        }
        if (!this._header) return true;
        this._header.byteOffset = this._buffer.shifted;
        switch (this._header.type) {
          case "gnu-long-path":
          case "gnu-long-link-path":
          case "pax-global-header":
          case "pax-header":
            this._longHeader = true;
            this._missing = this._header.size;
            if (this._missing > MAX_HEADER_SIZE) {
              this._continueWrite(new Error("Header exceeds max size"));
              return false;
            }
            return true;
        }
        this._locked = true;
        this._applyLongHeaders();
        if (!(this._header.size >= 0)) {
          this._continueWrite(new Error("Invalid header"));
          return false;
        }
        if (this._header.size === 0 || this._header.type === "directory") {
          this.emit("entry", this._header, this._createStream(), this._unlockBound);
          return true;
        }
        this._stream = this._createStream();
        this._missing = this._header.size;
        this.emit("entry", this._header, this._stream, this._unlockBound);
        return true;
      }
      _applyLongHeaders() {
        if (this._gnuLongPath) {
          this._header.name = this._gnuLongPath;
          this._gnuLongPath = null;
        }
        if (this._gnuLongLinkPath) {
          this._header.linkname = this._gnuLongLinkPath;
          this._gnuLongLinkPath = null;
        }
        if (this._pax) {
          if (this._pax.path) this._header.name = this._pax.path;
          if (this._pax.linkpath) this._header.linkname = this._pax.linkpath;
          if (this._pax.size) this._header.size = parseInt(this._pax.size, 10);
          this._header.pax = this._pax;
          this._pax = null;
        }
      }
      _decodeLongHeader(buf) {
        switch (this._header.type) {
          case "gnu-long-path":
            this._gnuLongPath = headers.decodeLongPath(buf, this._filenameEncoding);
            break;
          case "gnu-long-link-path":
            this._gnuLongLinkPath = headers.decodeLongPath(buf, this._filenameEncoding);
            break;
          case "pax-global-header":
            this._paxGlobal = headers.decodePax(buf);
            break;
          case "pax-header":
            this._pax = this._paxGlobal === null ? headers.decodePax(buf) : Object.assign({}, this._paxGlobal, headers.decodePax(buf));
            break;
        }
      }
      _consumeLongHeader() {
        this._longHeader = false;
        this._missing = overflow(this._header.size);
        const buf = this._buffer.shift(this._header.size);
        try {
          this._decodeLongHeader(buf);
        } catch (err) {
          this._continueWrite(err);
          return false;
        }
        return true;
      }
      _consumeStream() {
        const buf = this._buffer.shiftFirst(this._missing);
        if (buf === null) return false;
        this._missing -= buf.byteLength;
        const drained2 = this._stream.push(buf);
        if (this._missing === 0) {
          this._stream.push(null);
          if (drained2) this._stream._detach();
          return drained2 && this._locked === false;
        }
        return drained2;
      }
      _createStream() {
        return new Source(this, this._header, this._offset);
      }
      _update() {
        while (this._buffer.buffered > 0 && !this.destroying) {
          if (this._missing > 0) {
            if (this._stream !== null) {
              if (this._consumeStream() === false) return;
              continue;
            }
            if (this._longHeader === true) {
              if (this._missing > this._buffer.buffered) break;
              if (this._consumeLongHeader() === false) return false;
              continue;
            }
            const ignore = this._buffer.shiftFirst(this._missing);
            if (ignore !== null) this._missing -= ignore.byteLength;
            continue;
          }
          if (this._buffer.buffered < 512) break;
          if (this._stream !== null || this._consumeHeader() === false) return;
        }
        this._continueWrite(null);
      }
      _continueWrite(err) {
        const cb = this._callback;
        this._callback = noop;
        cb(err);
      }
      _write(data, cb) {
        this._callback = cb;
        this._buffer.push(data);
        this._update();
      }
      _final(cb) {
        this._finished = this._missing === 0 && this._buffer.buffered === 0;
        cb(this._finished ? null : new Error("Unexpected end of data"));
      }
      _predestroy() {
        this._continueWrite(null);
      }
      _destroy(cb) {
        if (this._stream) this._stream.destroy(getStreamError(this));
        cb(null);
      }
      [Symbol.asyncIterator]() {
        let error = null;
        let promiseResolve = null;
        let promiseReject = null;
        let entryStream = null;
        let entryCallback = null;
        const extract2 = this;
        this.on("entry", onentry);
        this.on("error", (err) => {
          error = err;
        });
        this.on("close", onclose);
        return {
          [Symbol.asyncIterator]() {
            return this;
          },
          next() {
            return new Promise(onnext);
          },
          return() {
            return destroy(null);
          },
          throw(err) {
            return destroy(err);
          }
        };
        function consumeCallback(err) {
          if (!entryCallback) return;
          const cb = entryCallback;
          entryCallback = null;
          cb(err);
        }
        function onnext(resolve, reject) {
          if (error) {
            return reject(error);
          }
          if (entryStream) {
            resolve({ value: entryStream, done: false });
            entryStream = null;
            return;
          }
          promiseResolve = resolve;
          promiseReject = reject;
          consumeCallback(null);
          if (extract2._finished && promiseResolve) {
            promiseResolve({ value: void 0, done: true });
            promiseResolve = promiseReject = null;
          }
        }
        function onentry(header, stream, callback) {
          entryCallback = callback;
          stream.on("error", noop);
          if (promiseResolve) {
            promiseResolve({ value: stream, done: false });
            promiseResolve = promiseReject = null;
          } else {
            entryStream = stream;
          }
        }
        function onclose() {
          consumeCallback(error);
          if (!promiseResolve) return;
          if (error) promiseReject(error);
          else promiseResolve({ value: void 0, done: true });
          promiseResolve = promiseReject = null;
        }
        function destroy(err) {
          extract2.destroy(err);
          consumeCallback(err);
          return new Promise((resolve, reject) => {
            if (extract2.destroyed) return resolve({ value: void 0, done: true });
            extract2.once("close", function() {
              if (err) reject(err);
              else resolve({ value: void 0, done: true });
            });
          });
        }
      }
    };
    module.exports = function extract2(opts) {
      return new Extract(opts);
    };
    function noop() {
    }
    function overflow(size) {
      size &= 511;
      return size && 512 - size;
    }
  }
});

// libs/oci/node_modules/tar-stream/constants.js
var require_constants = __commonJS({
  "libs/oci/node_modules/tar-stream/constants.js"(exports, module) {
    var constants2 = {
      // just for envs without fs
      S_IFMT: 61440,
      S_IFDIR: 16384,
      S_IFCHR: 8192,
      S_IFBLK: 24576,
      S_IFIFO: 4096,
      S_IFLNK: 40960
    };
    try {
      module.exports = __require("fs").constants || constants2;
    } catch {
      module.exports = constants2;
    }
  }
});

// libs/oci/node_modules/tar-stream/pack.js
var require_pack = __commonJS({
  "libs/oci/node_modules/tar-stream/pack.js"(exports, module) {
    var { Readable: Readable2, Writable, getStreamError } = require_streamx();
    var b4a = require_b4a();
    var constants2 = require_constants();
    var headers = require_headers();
    var DMODE = 493;
    var FMODE = 420;
    var END_OF_TAR = b4a.alloc(1024);
    var Sink = class extends Writable {
      constructor(pack2, header, callback) {
        super({ mapWritable, eagerOpen: true });
        this.written = 0;
        this.header = header;
        this._callback = callback;
        this._linkname = null;
        this._isLinkname = header.type === "symlink" && !header.linkname;
        this._isVoid = header.type !== "file" && header.type !== "contiguous-file";
        this._finished = false;
        this._pack = pack2;
        this._openCallback = null;
        if (this._pack._stream === null) this._pack._stream = this;
        else this._pack._pending.push(this);
      }
      _open(cb) {
        this._openCallback = cb;
        if (this._pack._stream === this) this._continueOpen();
      }
      _continuePack(err) {
        if (this._callback === null) return;
        const callback = this._callback;
        this._callback = null;
        callback(err);
      }
      _continueOpen() {
        if (this._pack._stream === null) this._pack._stream = this;
        const cb = this._openCallback;
        this._openCallback = null;
        if (cb === null) return;
        if (this._pack.destroying) return cb(new Error("pack stream destroyed"));
        if (this._pack._finalized) return cb(new Error("pack stream is already finalized"));
        this._pack._stream = this;
        if (!this._isLinkname) {
          this._pack._encode(this.header);
        }
        if (this._isVoid) {
          this._finish();
          this._continuePack(null);
        }
        cb(null);
      }
      _write(data, cb) {
        if (this._isLinkname) {
          this._linkname = this._linkname ? b4a.concat([this._linkname, data]) : data;
          return cb(null);
        }
        if (this._isVoid) {
          if (data.byteLength > 0) {
            return cb(new Error("No body allowed for this entry"));
          }
          return cb();
        }
        this.written += data.byteLength;
        if (this._pack.push(data)) return cb();
        this._pack._drain = cb;
      }
      _finish() {
        if (this._finished) return;
        this._finished = true;
        if (this._isLinkname) {
          this.header.linkname = this._linkname ? b4a.toString(this._linkname, "utf-8") : "";
          this._pack._encode(this.header);
        }
        overflow(this._pack, this.header.size);
        this._pack._done(this);
      }
      _final(cb) {
        if (this.written !== this.header.size) {
          return cb(new Error("Size mismatch"));
        }
        this._finish();
        cb(null);
      }
      _getError() {
        return getStreamError(this) || new Error("tar entry destroyed");
      }
      _predestroy() {
        this._pack.destroy(this._getError());
      }
      _destroy(cb) {
        this._pack._done(this);
        this._continuePack(this._finished ? null : this._getError());
        cb();
      }
    };
    var Pack = class extends Readable2 {
      constructor(opts) {
        super(opts);
        this._drain = noop;
        this._finalized = false;
        this._finalizing = false;
        this._pending = [];
        this._stream = null;
      }
      entry(header, buffer, callback) {
        if (this._finalized || this.destroying) throw new Error("already finalized or destroyed");
        if (typeof buffer === "function") {
          callback = buffer;
          buffer = null;
        }
        if (!callback) callback = noop;
        if (!header.size || header.type === "symlink") header.size = 0;
        if (!header.type) header.type = modeToType(header.mode);
        if (!header.mode) header.mode = header.type === "directory" ? DMODE : FMODE;
        if (!header.uid) header.uid = 0;
        if (!header.gid) header.gid = 0;
        if (!header.mtime) header.mtime = /* @__PURE__ */ new Date();
        if (typeof buffer === "string") buffer = b4a.from(buffer);
        const sink = new Sink(this, header, callback);
        if (b4a.isBuffer(buffer)) {
          header.size = buffer.byteLength;
          sink.write(buffer);
          sink.end();
          return sink;
        }
        if (sink._isVoid) {
          return sink;
        }
        return sink;
      }
      finalize() {
        if (this._stream || this._pending.length > 0) {
          this._finalizing = true;
          return;
        }
        if (this._finalized) return;
        this._finalized = true;
        this.push(END_OF_TAR);
        this.push(null);
      }
      _done(stream) {
        if (stream !== this._stream) return;
        this._stream = null;
        if (this._finalizing) this.finalize();
        if (this._pending.length) this._pending.shift()._continueOpen();
      }
      _encode(header) {
        if (!header.pax) {
          const buf = headers.encode(header);
          if (buf) {
            this.push(buf);
            return;
          }
        }
        this._encodePax(header);
      }
      _encodePax(header) {
        const paxHeader = headers.encodePax({
          name: header.name,
          linkname: header.linkname,
          pax: header.pax
        });
        const newHeader = {
          name: "PaxHeader",
          mode: header.mode,
          uid: header.uid,
          gid: header.gid,
          size: paxHeader.byteLength,
          mtime: header.mtime,
          type: "pax-header",
          linkname: header.linkname && "PaxHeader",
          uname: header.uname,
          gname: header.gname,
          devmajor: header.devmajor,
          devminor: header.devminor
        };
        this.push(headers.encode(newHeader));
        this.push(paxHeader);
        overflow(this, paxHeader.byteLength);
        newHeader.size = header.size;
        newHeader.type = header.type;
        this.push(headers.encode(newHeader));
      }
      _doDrain() {
        const drain = this._drain;
        this._drain = noop;
        drain();
      }
      _predestroy() {
        const err = getStreamError(this);
        if (this._stream) this._stream.destroy(err);
        while (this._pending.length) {
          const stream = this._pending.shift();
          stream.destroy(err);
          stream._continueOpen();
        }
        this._doDrain();
      }
      _read(cb) {
        this._doDrain();
        cb();
      }
    };
    module.exports = function pack2(opts) {
      return new Pack(opts);
    };
    function modeToType(mode) {
      switch (mode & constants2.S_IFMT) {
        case constants2.S_IFBLK:
          return "block-device";
        case constants2.S_IFCHR:
          return "character-device";
        case constants2.S_IFDIR:
          return "directory";
        case constants2.S_IFIFO:
          return "fifo";
        case constants2.S_IFLNK:
          return "symlink";
      }
      return "file";
    }
    function noop() {
    }
    function overflow(self, size) {
      size &= 511;
      if (size) self.push(END_OF_TAR.subarray(0, 512 - size));
    }
    function mapWritable(buf) {
      return b4a.isBuffer(buf) ? buf : b4a.from(buf);
    }
  }
});

// libs/oci/node_modules/tar-stream/index.js
var require_tar_stream = __commonJS({
  "libs/oci/node_modules/tar-stream/index.js"(exports) {
    exports.extract = require_extract();
    exports.pack = require_pack();
  }
});

// libs/oci/src/errors.ts
var OciError = class extends Error {
  name = "OciError";
  code;
  hint;
  constructor(code, message, options) {
    super(message, options.cause === void 0 ? void 0 : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
};
function isOciError(error, code) {
  return error instanceof OciError && (code === void 0 || error.code === code);
}
function systemCode(error) {
  if (!(error instanceof Error) || !("code" in error)) return void 0;
  return typeof error.code === "string" ? error.code : void 0;
}
var FULL = /* @__PURE__ */ new Set(["ENOSPC", "EDQUOT"]);
function fromDisk(error, path) {
  const code = systemCode(error);
  if (code === void 0 || !FULL.has(code)) return error;
  return new OciError("no-space", `No space left while writing ${path}`, {
    hint: "Free space on that file system, or remove unused images, and try again.",
    cause: error
  });
}

// libs/oci/src/layer/pack.ts
import {
  closeSync,
  createReadStream,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync
} from "node:fs";
import { join } from "node:path";

// libs/oci/src/layer/tar.ts
var import_tar_stream = __toESM(require_tar_stream(), 1);
var XATTR = "SCHILY.xattr.";
var TYPES = /* @__PURE__ */ new Set([
  "file",
  "directory",
  "symlink",
  "link",
  "character-device",
  "block-device",
  "fifo"
]);
async function* readTar(source) {
  const parser = (0, import_tar_stream.extract)();
  const feeding = feed(source, parser);
  feeding.catch((error) => parser.destroy(toError(error)));
  try {
    for await (const item of parser) {
      yield { header: toHeader(item.header), body: bodyFrom(item) };
      item.resume();
    }
  } catch (error) {
    throw toTarError(error);
  } finally {
    parser.destroy();
  }
  await feeding;
}
async function* bodyFrom(item) {
  try {
    yield* bytesOf(item);
  } catch (error) {
    throw toTarError(error);
  }
}
async function* bytesOf(stream) {
  for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk;
}
async function feed(source, parser) {
  for await (const chunk of source) {
    if (parser.destroyed) return;
    if (!parser.write(chunk)) await drained(parser);
  }
  parser.end(null);
}
function drained(stream) {
  const { promise, resolve } = Promise.withResolvers();
  const settle = () => {
    stream.off("drain", settle);
    stream.off("close", settle);
    resolve();
  };
  stream.on("drain", settle);
  stream.on("close", settle);
  if (stream.destroyed) settle();
  return promise;
}
function recordsOf(pax) {
  if (typeof pax !== "object" || pax === null) return /* @__PURE__ */ new Map();
  return new Map(Object.entries(pax).map(([key, value]) => [key, String(value)]));
}
function toHeader(raw) {
  const pax = recordsOf(raw.pax);
  const type = raw.type === "contiguous-file" ? "file" : raw.type;
  if (!TYPES.has(type)) throw unsupported(raw);
  return {
    name: raw.name,
    type,
    mode: raw.mode & 4095,
    uid: Number(pax.get("uid") ?? raw.uid),
    gid: Number(pax.get("gid") ?? raw.gid),
    mtime: Math.floor(Number(pax.get("mtime") ?? raw.mtime.getTime() / 1e3)),
    size: type === "file" ? raw.size : 0,
    linkname: raw.linkname ?? "",
    devmajor: raw.devmajor,
    devminor: raw.devminor,
    xattrs: [...pax.keys()].flatMap(
      (key) => key.startsWith(XATTR) ? [key.slice(XATTR.length)] : []
    )
  };
}
async function* writeTar(entries) {
  const packer = (0, import_tar_stream.pack)();
  const filling = fill(packer, entries);
  filling.catch((error) => packer.destroy(toError(error)));
  try {
    yield* bytesOf(packer);
  } catch (error) {
    throw toTarError(error);
  } finally {
    packer.destroy();
    await filling.catch(() => void 0);
  }
}
async function fill(packer, entries) {
  for await (const entry of entries) await writeEntry(packer, entry);
  packer.finalize();
}
async function writeEntry(packer, entry) {
  const { promise, resolve, reject } = Promise.withResolvers();
  promise.catch(() => void 0);
  const sink = packer.entry(toRaw(entry), (error) => error ? reject(error) : resolve());
  if ((entry.type ?? "file") === "file") {
    sink.once("error", reject);
    for await (const chunk of bodyOf(entry)) {
      if (!sink.write(chunk)) await drained(sink);
      if (sink.destroyed) return;
    }
    sink.end(null);
  }
  await promise;
}
function bodyOf({ body }) {
  if (body === void 0) return [];
  return body instanceof Uint8Array ? [body] : body;
}
function toRaw(entry) {
  const {
    type = "file",
    mode = type === "directory" ? 493 : 420,
    uid = 0,
    gid = 0,
    mtime = 0
  } = entry;
  const pax = paxOf({ uid, gid, mtime });
  return {
    name: type === "directory" && !entry.name.endsWith("/") ? `${entry.name}/` : entry.name,
    type,
    // The library takes mode 0 for "not given": a bit above the permissions, which it masks away, says otherwise.
    mode: mode | 32768,
    uid: uid > MAX_OCTAL_ID ? 0 : uid,
    gid: gid > MAX_OCTAL_ID ? 0 : gid,
    mtime: new Date(mtime > MAX_SECONDS ? 0 : mtime * 1e3),
    size: entry.body instanceof Uint8Array ? entry.body.byteLength : entry.size ?? 0,
    ...entry.linkname ? { linkname: entry.linkname } : {},
    devmajor: entry.devmajor ?? 0,
    devminor: entry.devminor ?? 0,
    ...pax === void 0 ? {} : { pax }
  };
}
function paxOf(numbers) {
  const pax = {
    ...numbers.uid > MAX_OCTAL_ID ? { uid: String(numbers.uid) } : {},
    ...numbers.gid > MAX_OCTAL_ID ? { gid: String(numbers.gid) } : {},
    ...numbers.mtime > MAX_SECONDS ? { mtime: String(numbers.mtime) } : {}
  };
  return Object.keys(pax).length === 0 ? void 0 : pax;
}
var MAX_OCTAL_ID = 262143;
var MAX_SECONDS = 2147483647;
function unsupported(raw) {
  return new OciError(
    "unsupported",
    `The archive entry ${JSON.stringify(raw.name)} is of an unknown kind`,
    {
      hint: "Write the archive in ustar or pax format, without sparse files."
    }
  );
}
function toTarError(error) {
  const isPlain = error instanceof Error && error.constructor === Error && !("code" in error);
  if (!isPlain) return error;
  return new OciError("invalid-content", `The archive is damaged or cut short: ${error.message}`, {
    hint: "Fetch or write the archive again.",
    cause: error
  });
}
function toError(error) {
  return error instanceof Error ? error : new OciError("invalid-content", String(error), { hint: "Try again." });
}

// libs/oci/src/layer/pack.ts
var WHITEOUT = ".wh.";
var OPAQUE = ".wh..wh..opq";
function packLayer(directory, options = {}) {
  return writeTar(new TreeWalk(directory, options).entries());
}
var SMALL = 1 << 18;
var READ_CHUNK = 1 << 20;
var TreeWalk = class {
  #root;
  #options;
  #prefix;
  /** First name of each inode with several links. */
  #inodes = /* @__PURE__ */ new Map();
  /** Names of further whiteouts and opaque marks, by the directory that holds them. */
  #marks;
  constructor(root, options) {
    this.#root = root;
    this.#options = options;
    this.#prefix = trim(options.prefix ?? "");
    this.#marks = collectMarks(options);
  }
  *entries() {
    const parts = this.#prefix.split("/").filter(Boolean);
    for (const [index] of parts.entries()) {
      yield { name: parts.slice(0, index + 1).join("/"), type: "directory" };
    }
    yield* this.#directory("");
    yield* this.#orphanMarks();
  }
  *#directory(path) {
    this.#options.signal?.throwIfAborted();
    const names = readdirSync(join(this.#root, path));
    const marks = this.#marks.get(path) ?? [];
    this.#marks.delete(path);
    const merged = [.../* @__PURE__ */ new Set([...names, ...marks])].toSorted(compare);
    for (const name of merged) {
      const child = path === "" ? name : `${path}/${name}`;
      if (this.#options.skip?.(child) === true) continue;
      if (marks.includes(name)) yield this.#mark(child);
      else yield* this.#child(child);
    }
  }
  // Marks in directories that the tree does not have: the layer below does.
  *#orphanMarks() {
    const left = [...this.#marks].flatMap(
      ([parent, names]) => names.map((name) => `${parent}/${name}`)
    );
    for (const path of left.map(trim).toSorted(compare)) yield this.#mark(path);
  }
  *#child(path) {
    const stats = lstatSync(join(this.#root, path));
    if (stats.isSocket()) return;
    if (stats.isCharacterDevice() && stats.rdev === 0) {
      yield this.#mark(whiteoutOf(path));
      return;
    }
    yield this.#entry(path, stats);
    if (stats.isDirectory()) yield* this.#directory(path);
  }
  #entry(path, stats) {
    const header = { ...this.#common(path, stats), type: typeOf(stats), ...device(stats) };
    if (stats.isSymbolicLink())
      return { ...header, linkname: readlinkSync(join(this.#root, path)) };
    if (!stats.isFile()) return header;
    const first = this.#firstLink(path, stats);
    if (first !== void 0) return { ...header, type: "link", linkname: this.#name(first) };
    return { ...header, size: stats.size, body: this.#body(path, stats.size) };
  }
  #common(path, stats) {
    const disk = { uid: stats.uid, gid: stats.gid };
    const owner = this.#options.owner?.(disk, path) ?? disk;
    const mtime = Math.max(0, Math.min(Math.floor(stats.mtimeMs / 1e3), this.#options.epoch ?? 0));
    return { name: this.#name(path), mode: stats.mode & 4095, ...owner, mtime };
  }
  #firstLink(path, stats) {
    if (stats.nlink < 2) return void 0;
    const inode = `${stats.dev}:${stats.ino}`;
    const first = this.#inodes.get(inode);
    if (first === void 0) this.#inodes.set(inode, path);
    return first;
  }
  #body(path, size) {
    const file = join(this.#root, path);
    if (size > SMALL) return createReadStream(file, { highWaterMark: READ_CHUNK });
    return readSmall(file, size);
  }
  #mark(path) {
    return { name: this.#name(path), mode: 384, size: 0 };
  }
  #name(path) {
    return this.#prefix === "" ? path : `${this.#prefix}/${path}`;
  }
};
function readSmall(path, size) {
  if (size === 0) return new Uint8Array(0);
  const buffer = Buffer.allocUnsafe(size);
  const file = openSync(path, "r");
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, size, 0));
  } finally {
    closeSync(file);
  }
}
function collectMarks(options) {
  const paths = [
    ...(options.whiteouts ?? []).map((path) => whiteoutOf(trim(path))),
    ...(options.opaque ?? []).map((path) => trim(`${trim(path)}/${OPAQUE}`))
  ];
  const marks = /* @__PURE__ */ new Map();
  for (const path of paths) {
    const cut = path.lastIndexOf("/");
    const parent = cut < 0 ? "" : path.slice(0, cut);
    marks.set(parent, [...marks.get(parent) ?? [], path.slice(cut + 1)]);
  }
  return marks;
}
function whiteoutOf(path) {
  const cut = path.lastIndexOf("/") + 1;
  return `${path.slice(0, cut)}${WHITEOUT}${path.slice(cut)}`;
}
function trim(path) {
  return path.replaceAll(/^(?:\.?\/)+|\/+$/g, "");
}
function typeOf(stats) {
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "symlink";
  if (stats.isCharacterDevice()) return "character-device";
  if (stats.isBlockDevice()) return "block-device";
  return stats.isFIFO() ? "fifo" : "file";
}
function device(stats) {
  if (!stats.isCharacterDevice() && !stats.isBlockDevice()) return {};
  const high = Math.floor(stats.rdev / 2 ** 32);
  const low = stats.rdev >>> 0;
  return {
    devmajor: low >>> 8 & 4095 | high & ~4095,
    devminor: low & 255 | low >>> 12 & ~255
  };
}
function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

// libs/oci/src/layer/unpack.ts
import {
  chmodSync as chmodSync2,
  closeSync as closeSync2,
  constants,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync as mkdirSync2,
  openSync as openSync2,
  readdirSync as readdirSync2,
  symlinkSync,
  utimesSync,
  writeSync
} from "node:fs";
import { basename, dirname as dirname2, join as join3 } from "node:path";

// libs/oci/src/digest.ts
import { createHash } from "node:crypto";
var SHAPE = /^sha256:[a-f0-9]{64}$/;
function isDigest(text) {
  return SHAPE.test(text);
}
function parseDigest(text) {
  if (isDigest(text)) return text;
  const other = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(text);
  const known = other && !text.startsWith("sha256:");
  throw new OciError(
    known ? "unsupported" : "invalid-reference",
    `Expected a digest like sha256:<64 hex digits>, got ${JSON.stringify(text)}`,
    { hint: "Use the sha256 digest of the image." }
  );
}
function digestOf(bytes) {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
var Meter = class {
  #hash = createHash("sha256");
  #size = 0;
  get size() {
    return this.#size;
  }
  add(chunk) {
    this.#size += chunk.byteLength;
    this.#hash.update(chunk);
  }
  /** What passed. Call once, at the end. */
  finish() {
    return { digest: `sha256:${this.#hash.digest("hex")}`, size: this.#size };
  }
};
function assertContent(actual, expected, subject) {
  if (actual.digest === expected.digest && actual.size === expected.size) return;
  throw new OciError(
    "digest-mismatch",
    `${subject} should be ${expected.digest} (${expected.size} bytes), got ${actual.digest} (${actual.size} bytes)`,
    {
      hint: "The source or the network changed the bytes; try again, and do not trust the source if it repeats."
    }
  );
}

// libs/oci/src/layer/compression.ts
import { pipeline, Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
function detectCompression(head) {
  if (head[0] === 31 && head[1] === 139) return "gzip";
  if (head[0] === 40 && head[1] === 181 && head[2] === 47 && head[3] === 253) return "zstd";
  return "none";
}
async function* decompress(source) {
  const iterator = source[Symbol.asyncIterator]();
  const head = await readHead(iterator);
  const whole = rejoin(head, iterator);
  const kind = detectCompression(head);
  if (kind === "none") yield* whole;
  else
    yield* through(whole, kind === "gzip" ? createGunzip(OPTIONS) : createZstdDecompress(OPTIONS));
}
var OPTIONS = { chunkSize: 1 << 18 };
var MAGIC_LENGTH = 4;
async function readHead(iterator) {
  const chunks = [];
  for (let length = 0; length < MAGIC_LENGTH; ) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    length += next.value.byteLength;
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
async function* rejoin(head, rest) {
  try {
    if (head.byteLength > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value;
  } finally {
    await rest.return?.();
  }
}
async function* through(source, codec) {
  pipeline(Readable.from(source, { objectMode: false }), codec, () => void 0);
  try {
    yield* codec;
  } catch (error) {
    throw isCodecError(error) ? damaged(error) : error;
  } finally {
    codec.destroy();
  }
}
function isCodecError(error) {
  return error instanceof Error && "code" in error && /^(Z_|ZSTD_|ERR_ZSTD)/.test(String(error.code));
}
function damaged(cause) {
  return new OciError("invalid-content", "The compressed bytes are damaged or cut short", {
    hint: "Fetch the layer again.",
    cause
  });
}

// libs/oci/src/layer/tree.ts
import { chmodSync, lstatSync as lstatSync2, mkdirSync, readlinkSync as readlinkSync2, rmSync } from "node:fs";
import { dirname, join as join2 } from "node:path";
var MAX_LINKS = 40;
var WRITABLE = 448;
var Tree = class {
  root;
  /** Directories already resolved, by the path as written. Emptied when a name changes its kind. */
  #resolved = /* @__PURE__ */ new Map();
  /** Directories that were made writable for a while, with the mode to give back. */
  #borrowed = /* @__PURE__ */ new Map();
  constructor(root) {
    this.root = root;
  }
  /** The real place of `name`, whose last part is not followed; makes the directories before it. */
  place(name) {
    const parts = split(name);
    const last = parts.pop();
    if (last === void 0) return this.root;
    return join2(this.directory(parts), last);
  }
  /** The real directory of `parts`, made where it is missing. */
  directory(parts) {
    const key = parts.join("/");
    const known = this.#resolved.get(key);
    if (known !== void 0) return known;
    const path = this.#walk(parts);
    this.#resolved.set(key, path);
    return path;
  }
  /** What is at a real place, not followed; `undefined` for nothing. */
  look(path) {
    return lstatSync2(path, { throwIfNoEntry: false });
  }
  /** Removes what is at a real place, whatever it is. */
  remove(path) {
    this.#resolved.clear();
    rmSync(path, { recursive: true, force: true, maxRetries: 0 });
  }
  /** Gives back the modes of directories that had to be made writable. */
  restore() {
    for (const [path, mode] of this.#borrowed) {
      if (this.look(path)?.isDirectory() === true) chmodSync(path, mode);
    }
    this.#borrowed.clear();
  }
  /** The directory's mode is about to be set for good: do not restore the old one. */
  settle(path) {
    this.#borrowed.delete(path);
  }
  #walk(parts) {
    const pending = [...parts].toReversed();
    let path = this.root;
    for (let part = pending.pop(), links = 0; part !== void 0; part = pending.pop()) {
      if (part === "..") {
        path = path === this.root ? path : dirname(path);
        continue;
      }
      const next = join2(path, part);
      const stats = this.look(next);
      if (stats?.isSymbolicLink() !== true) {
        this.#enter(next, stats);
        path = next;
        continue;
      }
      links += 1;
      if (links > MAX_LINKS) throw loop(parts);
      const target = readlinkSync2(next);
      if (target.startsWith("/")) path = this.root;
      pending.push(...target.split("/").filter(isPart).toReversed());
    }
    return path;
  }
  #enter(path, stats) {
    if (stats?.isDirectory() === true) return this.#borrow(path, stats);
    if (stats !== void 0) this.remove(path);
    mkdirSync(path, 493);
    chmodSync(path, 493);
  }
  #borrow(path, stats) {
    const mode = stats.mode & 4095;
    if ((mode & WRITABLE) === WRITABLE) return;
    try {
      chmodSync(path, mode | WRITABLE);
      this.#borrowed.set(path, mode);
    } catch (error) {
      if (systemCode(error) !== "EPERM") throw error;
    }
  }
};
function split(name) {
  if (name.includes("\0")) throw unsafe(name, "has a zero byte in it");
  const parts = name.split("/").filter(isPart);
  if (parts.includes("..")) throw unsafe(name, "climbs with ..");
  return parts;
}
function isPart(part) {
  return part !== "" && part !== ".";
}
function unsafe(name, why) {
  return new OciError("unsafe-path", `The archive entry ${JSON.stringify(name)} ${why}`, {
    hint: "No honest tool writes such an archive; do not use this image."
  });
}
function loop(parts) {
  return unsafe(parts.join("/"), "goes through a loop of symbolic links");
}

// libs/oci/src/layer/unpack.ts
async function unpackLayer(source, directory, options = {}) {
  const meter = new Meter();
  const unpacking = new Unpacking(directory, options);
  const plain = metered(decompress(source), meter, options);
  try {
    for await (const item of readTar(plain)) await unpacking.apply(item);
    unpacking.finish();
    for await (const _ of plain) continue;
  } catch (error) {
    throw fromDisk(error, directory);
  }
  return { content: meter.finish(), ...unpacking.summary() };
}
async function* metered(plain, meter, options) {
  const maxBytes = options.maxBytes ?? 64 * 2 ** 30;
  for await (const chunk of plain) {
    options.signal?.throwIfAborted();
    meter.add(chunk);
    if (meter.size > maxBytes) throw tooLarge(`more than ${maxBytes} bytes`);
    yield chunk;
    options.onProgress?.(meter.size);
  }
}
var CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
var Unpacking = class {
  #tree;
  #options;
  /** Real places this layer wrote, and the directories above them: its whiteouts spare them. */
  #written = /* @__PURE__ */ new Set();
  /** Directories, whose mode and time are set last. */
  #directories = /* @__PURE__ */ new Map();
  #skipped = [];
  #entries = 0;
  constructor(directory, options) {
    this.#tree = new Tree(directory);
    this.#options = options;
  }
  summary() {
    return { entries: this.#entries, skipped: this.#skipped };
  }
  async apply({ header, body }) {
    this.#entries += 1;
    const limit = this.#options.maxEntries ?? 5e6;
    if (this.#entries > limit) throw tooLarge(`more than ${limit} entries`);
    if (header.xattrs.length > 0)
      this.#skipped.push(`${header.name} (${header.xattrs.join(", ")})`);
    const path = this.#tree.place(header.name);
    const base = basename(path);
    if (path !== this.#tree.root && base.startsWith(WHITEOUT)) return this.#whiteout(path, base);
    this.#remember(path);
    if (header.type === "file") return this.#file(path, header, body);
    return this.#other(path, header);
  }
  /** Sets modes and times of directories, the deepest first: writing into them changed both. */
  finish() {
    this.#tree.restore();
    const deepest = [...this.#directories].toSorted(([a], [b]) => b.length - a.length);
    for (const [path, header] of deepest) {
      if (this.#tree.look(path)?.isDirectory() !== true) continue;
      this.#own(path, header);
      chmodSync2(path, header.mode);
      utimesSync(path, header.mtime, header.mtime);
    }
  }
  #whiteout(path, base) {
    const parent = dirname2(path);
    if (base === OPAQUE) {
      for (const name2 of readdirSync2(parent)) this.#removeLower(join3(parent, name2));
      return;
    }
    const name = base.slice(WHITEOUT.length);
    if (name === "" || name === "." || name === "..")
      throw unsafe(path.slice(this.#tree.root.length), "deletes no name");
    if (name.startsWith(WHITEOUT)) return;
    this.#removeLower(join3(parent, name));
  }
  #removeLower(path) {
    if (!this.#written.has(path)) return this.#tree.remove(path);
    if (this.#tree.look(path)?.isDirectory() !== true) return;
    for (const name of readdirSync2(path)) this.#removeLower(join3(path, name));
  }
  #remember(path) {
    for (let at = path; at.length > this.#tree.root.length && !this.#written.has(at); at = dirname2(at)) {
      this.#written.add(at);
    }
  }
  async #file(path, header, body) {
    this.#clear(path);
    const file = openSync2(path, CREATE, 384);
    try {
      for await (const chunk of body) writeAll(file, chunk);
    } finally {
      closeSync2(file);
    }
    this.#finishNode(path, header);
  }
  async #other(path, header) {
    switch (header.type) {
      case "directory":
        return this.#directory(path, header);
      case "symlink":
        return this.#symlink(path, header);
      case "link":
        return this.#link(path, header);
      default:
        return this.#device(path, header);
    }
  }
  #directory(path, header) {
    if (this.#tree.look(path)?.isDirectory() !== true) {
      this.#clear(path);
      mkdirSync2(path, 448);
    } else chmodSync2(path, header.mode | 448);
    this.#tree.settle(path);
    this.#directories.set(path, header);
  }
  #symlink(path, header) {
    if (header.linkname === "") throw unsafe(header.name, "is a symbolic link to nothing");
    this.#clear(path);
    symlinkSync(header.linkname, path);
    this.#own(path, header);
    lutimesSync(path, header.mtime, header.mtime);
  }
  #link(path, header) {
    const target = this.#tree.place(header.linkname);
    const stats = this.#tree.look(target);
    if (stats === void 0 || stats.isDirectory())
      throw unsafe(
        header.name,
        `is a hard link to ${JSON.stringify(header.linkname)}, which is no file here`
      );
    if (target === path) return;
    this.#clear(path);
    linkSync(target, path);
  }
  async #device(path, header) {
    if (this.#options.devices !== "create") {
      this.#skipped.push(header.name);
      return;
    }
    this.#clear(path);
    await makeNode(path, header, this.#options.signal);
    this.#finishNode(path, header);
  }
  /** The place is taken by something else: it goes. The root itself cannot. */
  #clear(path) {
    if (path === this.#tree.root) throw unsafe("/", "replaces the root directory");
    const stats = this.#tree.look(path);
    if (stats === void 0) return;
    this.#directories.delete(path);
    this.#tree.remove(path);
  }
  /** Owner first: a change of owner clears the setuid bits. */
  #finishNode(path, header) {
    this.#own(path, header);
    chmodSync2(path, header.mode);
    utimesSync(path, header.mtime, header.mtime);
  }
  #own(path, header) {
    const owner = this.#options.owner?.(
      { uid: header.uid, gid: header.gid },
      split(header.name).join("/")
    );
    if (owner !== void 0) lchownSync(path, owner.uid, owner.gid);
  }
};
function writeAll(file, chunk) {
  for (let offset = 0; offset < chunk.byteLength; ) offset += writeSync(file, chunk, offset);
}
var KINDS = { "character-device": "c", "block-device": "b" };
var SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
async function makeNode(path, header, signal) {
  const kind = KINDS[header.type];
  const numbers = kind === void 0 ? ["p"] : [kind, String(header.devmajor), String(header.devminor)];
  const { exit, stderr } = await runCommand("mknod", ["--", path, ...numbers], {
    env: { PATH: SYSTEM_PATH },
    ...signal === void 0 ? {} : { signal }
  });
  if (exit.code === 0) return;
  throw new OciError(
    "unsupported",
    `Cannot make the device node ${header.name}: ${stderr.trim()}`,
    {
      hint: "Unpack as root, or leave devices out."
    }
  );
}
function tooLarge(what) {
  return new OciError("too-large", `The layer has ${what}`, {
    hint: "Raise the limit if the image is trusted."
  });
}

// libs/oci/src/schemas.ts
var mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  layerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  layerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar",
  dockerLayerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip"
};
var digest = external_exports.custom((value) => typeof value === "string" && isDigest(value), {
  error: "expected sha256:<64 hex digits>"
});
var annotations = external_exports.record(external_exports.string(), external_exports.string());
var platform = external_exports.looseObject({
  architecture: external_exports.string(),
  os: external_exports.string(),
  variant: external_exports.string().optional(),
  "os.version": external_exports.string().optional(),
  "os.features": external_exports.array(external_exports.string()).optional()
});
var Descriptor = external_exports.looseObject({
  mediaType: external_exports.string(),
  digest,
  /** Bytes. */
  size: external_exports.int().nonnegative(),
  urls: external_exports.array(external_exports.string()).optional(),
  annotations: annotations.optional(),
  artifactType: external_exports.string().optional(),
  platform: platform.optional()
});
var Manifest = external_exports.looseObject({
  schemaVersion: external_exports.literal(2),
  mediaType: external_exports.string().optional(),
  artifactType: external_exports.string().optional(),
  config: Descriptor,
  layers: external_exports.array(Descriptor).nullish().transform((layers) => layers ?? []),
  annotations: annotations.optional(),
  subject: Descriptor.optional()
});
var Index = external_exports.looseObject({
  schemaVersion: external_exports.literal(2),
  mediaType: external_exports.string().optional(),
  artifactType: external_exports.string().optional(),
  manifests: external_exports.array(Descriptor),
  annotations: annotations.optional()
});
var empties = external_exports.record(external_exports.string(), external_exports.looseObject({}));
var Execution = external_exports.looseObject({
  User: external_exports.string().nullish(),
  ExposedPorts: empties.nullish(),
  Env: external_exports.array(external_exports.string()).nullish(),
  Entrypoint: external_exports.array(external_exports.string()).nullish(),
  Cmd: external_exports.array(external_exports.string()).nullish(),
  Volumes: empties.nullish(),
  WorkingDir: external_exports.string().nullish(),
  Labels: annotations.nullish(),
  StopSignal: external_exports.string().nullish(),
  Shell: external_exports.array(external_exports.string()).nullish(),
  OnBuild: external_exports.array(external_exports.string()).nullish()
});
var ImageConfig = external_exports.looseObject({
  architecture: external_exports.string(),
  os: external_exports.string(),
  variant: external_exports.string().optional(),
  created: external_exports.string().nullish(),
  author: external_exports.string().nullish(),
  config: Execution.nullish(),
  rootfs: external_exports.looseObject({
    type: external_exports.literal("layers"),
    diff_ids: external_exports.array(digest).nullish().transform((ids) => ids ?? [])
  }),
  history: external_exports.array(external_exports.looseObject({ empty_layer: external_exports.boolean().optional() })).nullish()
});
var MANIFESTS = /* @__PURE__ */ new Set([mediaTypes.manifest, mediaTypes.dockerManifest]);
var INDEXES = /* @__PURE__ */ new Set([mediaTypes.index, mediaTypes.dockerList]);
function isManifestType(mediaType) {
  return MANIFESTS.has(mediaType);
}
function isIndexType(mediaType) {
  return INDEXES.has(mediaType);
}
function parseJson(schema, bytes, subject) {
  const result = schema.safeParse(toJson(bytes, subject));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.map(String).join(".") ?? "";
  throw new OciError(
    "invalid-content",
    `${subject} is not valid: ${field} ${issue?.message ?? ""}`.trim(),
    {
      hint: "The image or archive was written wrongly; fetch or build it again."
    }
  );
}
function toJson(bytes, subject) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new OciError("invalid-content", `${subject} is not JSON`, {
      hint: "The image or archive is damaged; fetch or build it again.",
      cause
    });
  }
}
function canonicalJson(value) {
  return new TextEncoder().encode(JSON.stringify(sorted(value)));
}
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, item]) => item !== void 0);
  entries.sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

// libs/oci/src/image/rootfs.ts
async function storeLayer(store, directory, options = {}) {
  const content = await store.put(packLayer(directory, options), { signal: options.signal });
  return { descriptor: { mediaType: mediaTypes.layer, ...content }, diffId: content.digest };
}
async function unpackImage(store, image, options) {
  const skipped = [];
  for (const layer of image.layers) {
    const unpacked = await unpackLayer(
      store.read(layer.descriptor.digest),
      options.directory,
      options
    );
    if (unpacked.content.digest !== layer.diffId) throw wrongLayer(layer.descriptor, layer.diffId);
    skipped.push(...unpacked.skipped);
  }
  return { skipped };
}
function wrongLayer(descriptor, diffId) {
  return new OciError(
    "digest-mismatch",
    `Layer ${descriptor.digest} does not unpack to ${diffId}`,
    {
      hint: "The image was written wrongly; build or fetch it again."
    }
  );
}

// libs/oci/src/store/content-store.ts
import { mkdir as mkdir4, stat as stat3 } from "node:fs/promises";
import { join as join9 } from "node:path";

// libs/oci/src/store/blobs.ts
import { randomUUID } from "node:crypto";
import { createReadStream as createReadStream2 } from "node:fs";
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes
} from "node:fs/promises";
import { dirname as dirname3, join as join4 } from "node:path";

// libs/oci/src/store/holder.ts
import { readFileSync, readlinkSync as readlinkSync3 } from "node:fs";
function selfHolder() {
  return { pid: process.pid, start: startOf(process.pid), scope: currentScope() };
}
function encodeHolder(holder) {
  return `${holder.pid}-${holder.start}-${holder.scope}`;
}
function decodeHolder(text) {
  const match = /^(\d+)-(\d*)-([0-9a-f]*)$/.exec(text.trim());
  if (match === null) return void 0;
  return { pid: Number(match[1]), start: match[2] ?? "", scope: match[3] ?? "" };
}
function stateOf(holder) {
  const scope = currentScope();
  if (holder.scope === "" !== (scope === "")) return "unknown";
  if (holder.scope.slice(0, BOOT) !== scope.slice(0, BOOT)) return "dead";
  if (holder.scope !== scope) return "unknown";
  if (!exists(holder.pid)) return "dead";
  return startOf(holder.pid) === holder.start ? "alive" : "dead";
}
var BOOT = 32;
function currentScope() {
  const boot = read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const namespace = read(() => readlinkSync3("/proc/self/ns/pid")).replaceAll(/\D/g, "");
  return boot.replaceAll(/[^0-9a-f]/g, "") + namespace;
}
function startOf(pid) {
  const stat4 = read(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat4.slice(stat4.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
function exists(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
function read(get) {
  try {
    return get();
  } catch {
    return "";
  }
}

// libs/oci/src/store/blobs.ts
var READ_CHUNK2 = 1 << 20;
var WRITE_CHUNK = 1 << 18;
var BlobFiles = class {
  #blobs;
  #drafts;
  constructor(blobs, drafts) {
    this.#blobs = blobs;
    this.#drafts = drafts;
  }
  path(digest2) {
    return join4(this.#blobs, digest2.slice("sha256:".length));
  }
  /** Bytes of the blob; `undefined` when absent. */
  async size(digest2) {
    return (await stat(this.path(digest2)).catch(missing))?.size;
  }
  /** Marks as used now; false when absent. */
  async touch(digest2) {
    const now = /* @__PURE__ */ new Date();
    return utimes(this.path(digest2), now, now).then(
      () => true,
      (error) => missing(error) ?? false
    );
  }
  /** Milliseconds of the last put or touch; `undefined` when absent. */
  async usedAt(digest2) {
    return (await stat(this.path(digest2)).catch(missing))?.mtimeMs;
  }
  async list() {
    const names = await readdir(this.#blobs).catch(missing) ?? [];
    return names.map((name) => `sha256:${name}`).filter(isDigest);
  }
  async remove(digest2) {
    await rm(this.path(digest2), { force: true });
  }
  async bytes(digest2) {
    return readFile(this.path(digest2)).catch((error) => {
      throw missing(error) ?? absent(digest2);
    });
  }
  async *read(digest2, start = 0) {
    try {
      yield* createReadStream2(this.path(digest2), { start, highWaterMark: READ_CHUNK2 });
    } catch (error) {
      throw systemCode(error) === "ENOENT" ? absent(digest2) : error;
    }
  }
  async write(source, options) {
    await mkdir(this.#drafts, { recursive: true });
    const draft = join4(this.#drafts, `${encodeHolder(selfHolder())}_${randomUUID()}`);
    try {
      const content = await fill2(draft, source, options);
      if (options.expected) assertContent(content, options.expected, "The content");
      await mkdir(this.#blobs, { recursive: true });
      await rename(draft, this.path(content.digest));
      await syncDirectory(this.#blobs);
      return content;
    } catch (error) {
      throw fromDisk(error, dirname3(this.#blobs));
    } finally {
      await rm(draft, { force: true });
    }
  }
};
async function fill2(draft, source, options) {
  const meter = new Meter();
  const limit = options.expected?.size ?? Number.POSITIVE_INFINITY;
  await using file = await open(draft, "wx", 420);
  for await (const chunk of batches(source)) {
    options.signal?.throwIfAborted();
    meter.add(chunk);
    if (meter.size > limit) throw tooLong(limit);
    await writeAll2(file, chunk);
    options.onProgress?.(meter.size);
  }
  await file.datasync();
  return meter.finish();
}
async function* batches(source) {
  let held = [];
  let size = 0;
  for await (const chunk of source) {
    held.push(chunk);
    size += chunk.byteLength;
    if (size < WRITE_CHUNK) continue;
    yield held.length === 1 ? chunk : Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}
async function writeAll2(file, chunk) {
  for (let offset = 0; offset < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}
async function syncDirectory(path) {
  await using directory = await open(path, "r");
  await directory.sync().catch((error) => {
    if (systemCode(error) !== "EINVAL") throw error;
  });
}
function missing(error) {
  if (systemCode(error) === "ENOENT") return void 0;
  throw error;
}
function absent(digest2) {
  return new OciError("not-found", `The content store has no blob ${digest2}`, {
    hint: "Pull or build the image again."
  });
}
function tooLong(limit) {
  return new OciError(
    "digest-mismatch",
    `The content is longer than the ${limit} bytes announced`,
    {
      hint: "The source or the network changed the bytes; try again, and do not trust the source if it repeats."
    }
  );
}

// libs/oci/src/store/lease.ts
import { randomUUID as randomUUID2 } from "node:crypto";
import { mkdir as mkdir2, readdir as readdir2, rm as rm2, stat as stat2, writeFile } from "node:fs/promises";
import { join as join5 } from "node:path";
var UNKNOWN_MS = 24 * 60 * 6e4;
async function takeLease(directory) {
  const id = `${encodeHolder(selfHolder())}_${randomUUID2()}`;
  await mkdir2(directory, { recursive: true });
  await writeFile(join5(directory, id), "");
  return { id, [Symbol.asyncDispose]: () => rm2(join5(directory, id), { force: true }) };
}
async function sweepOwned(directory) {
  let oldest = Number.POSITIVE_INFINITY;
  for (const name of await readdir2(directory).catch(none)) {
    const path = join5(directory, name);
    const since = (await stat2(path).catch(gone))?.mtimeMs;
    if (since === void 0) continue;
    if (isLive(name, since)) oldest = Math.min(oldest, since);
    else await rm2(path, { force: true });
  }
  return oldest;
}
function isLive(name, since) {
  const holder = decodeHolder(name.split("_")[0] ?? "");
  const state = holder === void 0 ? "unknown" : stateOf(holder);
  return state === "alive" || state === "unknown" && Date.now() - since < UNKNOWN_MS;
}
function none(error) {
  if (systemCode(error) === "ENOENT") return [];
  throw error;
}
function gone(error) {
  if (systemCode(error) === "ENOENT") return void 0;
  throw error;
}

// libs/oci/src/store/collect.ts
var CLOCK_SLACK_MS = 1e3;
async function collectGarbage(reader, options) {
  const leaseStart = await sweepOwned(options.leases) - CLOCK_SLACK_MS;
  await sweepOwned(options.drafts);
  const youngest = Math.min(leaseStart, Date.now() - (options.graceMs ?? 10 * 6e4));
  const reached = await reach(reader, [...options.images, ...options.keep ?? []]);
  const removed = [];
  let freedBytes = 0;
  for (const digest2 of await options.blobs.list()) {
    options.signal?.throwIfAborted();
    if (reached.has(digest2)) continue;
    const usedAt = await options.blobs.usedAt(digest2);
    if (usedAt === void 0 || usedAt > youngest) continue;
    freedBytes += await options.blobs.size(digest2) ?? 0;
    await options.blobs.remove(digest2);
    removed.push(digest2);
  }
  return { removed, freedBytes };
}
async function reach(reader, roots) {
  const reached = /* @__PURE__ */ new Set();
  const pending = [...roots];
  for (let next = pending.pop(); next !== void 0; next = pending.pop()) {
    if (reached.has(next.digest)) continue;
    reached.add(next.digest);
    pending.push(...await children(reader, next));
  }
  return reached;
}
async function children(reader, descriptor) {
  const { mediaType, digest: digest2 } = descriptor;
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return [];
  if (!await reader.has(digest2)) return [];
  const bytes = await reader.bytes(digest2);
  if (isIndexType(mediaType)) return parseJson(Index, bytes, `Index ${digest2}`).manifests;
  const manifest = parseJson(Manifest, bytes, `Manifest ${digest2}`);
  return [manifest.config, ...manifest.layers];
}

// libs/oci/src/store/index-file.ts
import { randomUUID as randomUUID3 } from "node:crypto";
import { open as open2, readFile as readFile2, rename as rename2, rm as rm3 } from "node:fs/promises";
import { join as join6 } from "node:path";
var REF_NAME = "org.opencontainers.image.ref.name";
async function readIndex(path) {
  const bytes = await readFile2(path).catch((error) => {
    if (systemCode(error) === "ENOENT") return void 0;
    throw error;
  });
  return bytes === void 0 ? [] : parseJson(Index, bytes, path).manifests;
}
async function writeIndex(directory, manifests) {
  const bytes = canonicalJson({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  await replaceFile(directory, "index.json", bytes);
}
async function replaceFile(directory, name, bytes) {
  const draft = join6(directory, `.${name}.${randomUUID3()}`);
  try {
    await write(draft, bytes);
    await rename2(draft, join6(directory, name));
    await syncDirectory(directory);
  } finally {
    await rm3(draft, { force: true });
  }
}
async function write(path, bytes) {
  await using file = await open2(path, "wx", 420);
  await file.writeFile(bytes);
  await file.datasync();
}
async function assertLayout(directory) {
  const text = await readFile2(join6(directory, "oci-layout"), "utf8").catch((cause) => {
    throw new OciError(
      "not-found",
      `${directory} is not an OCI image layout: it has no oci-layout file`,
      {
        hint: "Give the directory that holds oci-layout, index.json and blobs.",
        cause
      }
    );
  });
  if (/"imageLayoutVersion"\s*:\s*"1\./.test(text)) return;
  throw new OciError(
    "unsupported",
    `${directory} is an OCI image layout of an unknown version: ${text.slice(0, 80)}`,
    {
      hint: "Write it with a tool that makes image layout version 1.0.0."
    }
  );
}
function nameOf(descriptor) {
  return descriptor.annotations?.[REF_NAME];
}

// libs/oci/src/store/lock.ts
import { lstat, mkdir as mkdir3, readdir as readdir4, readlink as readlink2, rename as rename3, rm as rm5, symlink as symlink2 } from "node:fs/promises";
import { join as join8 } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

// libs/oci/src/store/queue.ts
import { randomBytes } from "node:crypto";
import { readdir as readdir3, readlink, rm as rm4, symlink } from "node:fs/promises";
import { join as join7 } from "node:path";
var PREFIX = "waiting.";
async function announce(directory) {
  const path = join7(directory, PREFIX + randomBytes(8).toString("hex"));
  await symlink(encodeHolder(selfHolder()), path);
  return { [Symbol.asyncDispose]: () => rm4(path, { force: true }) };
}
async function isAwaited(directory) {
  const names = await readdir3(directory);
  const waiting = names.filter((name) => name.startsWith(PREFIX));
  const alive = await Promise.all(waiting.map((name) => isWaiting(join7(directory, name))));
  return alive.includes(true);
}
async function isWaiting(path) {
  const text = await readlink(path).catch(() => void 0);
  if (text === void 0) return false;
  const holder = decodeHolder(text);
  const state = holder === void 0 ? "dead" : stateOf(holder);
  if (state === "dead") await rm4(path, { force: true });
  return state === "alive";
}

// libs/oci/src/store/lock.ts
var UNKNOWN_MS2 = 6e4;
var LOOK_MS = 20;
var GIVE_WAY_MS = 2 * LOOK_MS;
var DirectoryLock = class {
  #directory;
  constructor(directory) {
    this.#directory = directory;
  }
  /** Runs `work` alone among all processes that use this directory. */
  async run(work, options = {}) {
    const turn = await this.#acquire(options);
    try {
      return await work();
    } finally {
      await rename3(this.#file(turn), `${this.#file(turn)}.free`);
    }
  }
  async #acquire({ waitMs = 3e4, signal }) {
    await mkdir3(this.#directory, { recursive: true });
    const deadline = Date.now() + waitMs;
    if (await isAwaited(this.#directory)) await sleep(GIVE_WAY_MS);
    else {
      const turn = await this.#tryNext();
      if (turn !== void 0) return turn;
    }
    await using _ = await announce(this.#directory);
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, LOOK_MS)) {
      signal?.throwIfAborted();
      const turn = await this.#tryNext();
      if (turn !== void 0) return turn;
      if (Date.now() > deadline) throw timeout(this.#directory, waitMs);
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
  async #tryNext() {
    const latest = newest(await this.#turns());
    if (!latest.isFree && await this.#isHeld(latest.number)) return void 0;
    const number = latest.number + 1;
    if (!await this.#claim(number)) return void 0;
    const turns = await this.#turns();
    if (turns.some((turn) => turn.number > number || turn.number === number && turn.isFree)) {
      await rm5(this.#file(number), { force: true });
      return void 0;
    }
    for (const turn of turns.filter((other) => other.number < number)) await this.#forget(turn);
    return number;
  }
  async #claim(number) {
    try {
      await symlink2(encodeHolder(selfHolder()), this.#file(number));
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
  }
  async #turns() {
    const names = await readdir4(this.#directory);
    const turns = names.filter((name) => /^\d+(\.free)?$/.test(name));
    return turns.map((name) => ({
      number: Number.parseInt(name, 10),
      isFree: name.endsWith(".free")
    }));
  }
  async #isHeld(number) {
    try {
      const holder = decodeHolder(await readlink2(this.#file(number)));
      if (holder === void 0) return false;
      const state = stateOf(holder);
      if (state !== "unknown") return state === "alive";
      const { mtimeMs } = await lstat(this.#file(number));
      return Date.now() - mtimeMs < UNKNOWN_MS2;
    } catch (error) {
      if (systemCode(error) === "ENOENT") return true;
      throw error;
    }
  }
  async #forget(turn) {
    await rm5(this.#file(turn.number) + (turn.isFree ? ".free" : ""), { force: true });
  }
  #file(number) {
    return join8(this.#directory, String(number));
  }
};
function newest(turns) {
  const number = Math.max(0, ...turns.map((turn) => turn.number));
  const isFree = number === 0 || turns.some((turn) => turn.number === number && turn.isFree);
  return { number, isFree };
}
function timeout(directory, waitMs) {
  return new OciError("locked", `${directory} stayed locked for ${waitMs} ms`, {
    hint: "Another process is busy with this store; let it finish and try again."
  });
}

// libs/oci/src/store/content-store.ts
var PRIVATE = ".gantry";
var ContentStore = class _ContentStore {
  directory;
  #blobs;
  #lock;
  constructor(directory) {
    this.directory = directory;
    this.#blobs = new BlobFiles(
      join9(directory, "blobs", "sha256"),
      join9(directory, PRIVATE, "drafts")
    );
    this.#lock = new DirectoryLock(join9(directory, PRIVATE, "lock"));
  }
  /** Opens the store at `directory`, making an empty one where there is none. */
  static async open(directory) {
    try {
      await mkdir4(join9(directory, "blobs", "sha256"), { recursive: true });
      await mkdir4(join9(directory, PRIVATE), { recursive: true });
      if (!await exists2(join9(directory, "oci-layout"))) {
        await replaceFile(directory, "oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
      }
    } catch (error) {
      throw fromDisk(error, directory);
    }
    await assertLayout(directory);
    const store = new _ContentStore(directory);
    if (!await exists2(join9(directory, "index.json"))) await store.#edit((images) => images);
    return store;
  }
  /** Opens an existing layout for reading only: nothing is written into it. */
  static async openLayout(directory) {
    await assertLayout(directory);
    return new _ContentStore(directory);
  }
  /**
   * Stores bytes under their digest, durably. Known bytes are not written again (the source is then not read when
   * `expected` was given). Hold a {@link lease} from before the first put until the name is set.
   */
  async put(source, options = {}) {
    const { expected } = options;
    if (expected !== void 0 && await this.retain(expected.digest)) return expected;
    return this.#blobs.write(source, options);
  }
  /** Stores bytes in memory and gives their descriptor. */
  async putBytes(bytes, mediaType) {
    const content = { digest: digestOf(bytes), size: bytes.byteLength };
    await this.put(once(bytes), { expected: content });
    return { mediaType, ...content };
  }
  /** True when the whole blob is here. */
  async has(digest2) {
    return await this.size(digest2) !== void 0;
  }
  /** Like {@link has}, and counts as a use: a lease taken before protects the blob from now on. */
  async retain(digest2) {
    if (!await this.has(digest2)) return false;
    return this.#lock.run(() => this.#blobs.touch(digest2));
  }
  /** Bytes of a blob; `undefined` when it is not here. */
  async size(digest2) {
    return this.#blobs.size(digest2);
  }
  /** The file of a blob. Read only; it exists when {@link has} says so. */
  path(digest2) {
    return this.#blobs.path(digest2);
  }
  /** Streams a blob from byte `start`; `not-found` when it is not here. */
  read(digest2, start = 0) {
    return this.#blobs.read(digest2, start);
  }
  /** A small blob, checked against its digest; `too-large` above `maxBytes` (default 4 MiB). */
  async bytes(digest2, maxBytes = 4 << 20) {
    const size = await this.size(digest2) ?? 0;
    if (size > maxBytes) throw tooLarge2(digest2, size, maxBytes);
    const bytes = await this.#blobs.bytes(digest2);
    assertContent(
      { digest: digestOf(bytes), size: bytes.byteLength },
      { digest: digest2, size: bytes.byteLength },
      digest2
    );
    return bytes;
  }
  /** What `name` stands for; a digest that the index lists is a name too. */
  async resolve(name) {
    const images = await readIndex(this.#index());
    const named = images.findLast((image) => nameOf(image) === name);
    return named ?? images.find((image) => image.digest === name);
  }
  /** Names `descriptor`, replacing what had the name. Its blobs are kept from now on. */
  async tag(name, descriptor) {
    const annotations2 = { ...descriptor.annotations, [REF_NAME]: name };
    await this.#edit((images) => [...without(images, name), { ...descriptor, annotations: annotations2 }]);
  }
  /** Forgets a name; false when it was not known. The bytes go at the next {@link collect}. */
  async untag(name) {
    const known = await this.resolve(name) !== void 0;
    if (known) await this.#edit((images) => without(images, name));
    return known;
  }
  /** All names, sorted. */
  async list() {
    const images = await readIndex(this.#index());
    const named = images.map((descriptor) => ({
      name: nameOf(descriptor) ?? descriptor.digest,
      descriptor
    }));
    return named.toSorted((a, b) => a.name < b.name ? -1 : 1);
  }
  /** Protects everything put or retained from now on until disposed, or until this process ends. */
  async lease() {
    return takeLease(this.#leases());
  }
  /** Removes blobs that no name reaches, and what killed writers left. */
  async collect(options = {}) {
    const places = {
      blobs: this.#blobs,
      leases: this.#leases(),
      drafts: join9(this.directory, PRIVATE, "drafts")
    };
    return this.#lock.run(
      async () => collectGarbage(this, { ...options, ...places, images: await readIndex(this.#index()) }),
      { signal: options.signal }
    );
  }
  async #edit(change) {
    try {
      await this.#lock.run(
        async () => writeIndex(this.directory, change(await readIndex(this.#index())))
      );
    } catch (error) {
      throw fromDisk(error, this.directory);
    }
  }
  #index() {
    return join9(this.directory, "index.json");
  }
  #leases() {
    return join9(this.directory, PRIVATE, "leases");
  }
};
function without(images, name) {
  return images.filter((image) => (nameOf(image) ?? image.digest) !== name);
}
async function* once(bytes) {
  yield bytes;
}
async function exists2(path) {
  return stat3(path).then(
    () => true,
    (error) => {
      if (systemCode(error) === "ENOENT") return false;
      throw error;
    }
  );
}
function tooLarge2(digest2, size, maxBytes) {
  return new OciError(
    "too-large",
    `${digest2} has ${size} bytes, more than the ${maxBytes} read into memory`,
    {
      hint: "A manifest or configuration of this size is not valid; check where the image comes from."
    }
  );
}

// libs/oci/src/image/chain.ts
function chainIds(diffIds) {
  const chain = [];
  for (const diffId of diffIds) {
    const below2 = chain.at(-1);
    chain.push(below2 === void 0 ? diffId : digestOf(`${below2} ${diffId}`));
  }
  return chain;
}

// libs/oci/src/platform.ts
var ARCHITECTURES = {
  x64: "amd64",
  x86_64: "amd64",
  "x86-64": "amd64",
  ia32: "386",
  i386: "386",
  x32: "386",
  aarch64: "arm64",
  armhf: "arm",
  armel: "arm",
  loong64: "loong64",
  ppc64: "ppc64le"
};
var OSES = { win32: "windows", macos: "darwin" };
function normalizePlatform(platform2) {
  const os = platform2.os.toLowerCase();
  const named = platform2.architecture.toLowerCase();
  const architecture = ARCHITECTURES[named] ?? named;
  const variant = normalizeVariant(named, architecture, platform2.variant?.toLowerCase());
  return { os: OSES[os] ?? os, architecture, ...variant === void 0 ? {} : { variant } };
}
function normalizeVariant(named, architecture, given) {
  const variant = given === void 0 || given === "" ? void 0 : given.replace(/^(?=\d)/, "v");
  if (architecture === "arm") return variant ?? (named === "armel" ? "v6" : "v7");
  if (architecture === "arm64") return variant ?? "v8";
  if (architecture === "amd64") return variant === "v1" ? void 0 : variant;
  return variant;
}
function hostPlatform(os = "linux", arch = process.arch) {
  return normalizePlatform({ os, architecture: arch });
}
function parsePlatform(text) {
  const parts = text.split("/");
  const bad = parts.length > 3 || parts.some((part) => !/^[A-Za-z0-9_.-]+$/.test(part));
  const [first = "", second, variant] = parts;
  if (bad) {
    throw new OciError(
      "invalid-reference",
      `Expected a platform like linux/arm64/v8, got ${JSON.stringify(text)}`,
      {
        hint: "Write os/architecture, for example linux/amd64."
      }
    );
  }
  if (second === void 0) return normalizePlatform({ os: "linux", architecture: first });
  return normalizePlatform({ os: first, architecture: second, variant });
}
function formatPlatform(platform2) {
  const { os, architecture, variant } = normalizePlatform(platform2);
  const silent = variant === void 0 || architecture === "arm64" && variant === "v8";
  return [os, architecture, ...silent ? [] : [variant]].join("/");
}
function platformDistance(wanted, offered) {
  const want = normalizePlatform(wanted);
  const offer = normalizePlatform(offered);
  if (want.os !== offer.os) return void 0;
  if (want.architecture !== offer.architecture) {
    const thumb = want.architecture === "arm64" && offer.architecture === "arm";
    return thumb ? below(8, level(offer.variant), 10) : void 0;
  }
  return below(level(want.variant), level(offer.variant), 0);
}
function below(want, offer, base) {
  return offer > want ? void 0 : base + want - offer;
}
function level(variant) {
  const digits = /^v(\d+)/.exec(variant ?? "v1");
  return Number(digits?.[1] ?? 1);
}
function selectPlatform(items, wanted) {
  const ranked = items.flatMap((item) => {
    const distance = item.platform && platformDistance(wanted, item.platform);
    return distance === void 0 ? [] : [{ item, distance }];
  });
  ranked.sort((a, b) => a.distance - b.distance);
  return ranked[0]?.item;
}

// libs/oci/src/reference.ts
var PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
var LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
var HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?$`);
var TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
var BARE_ID = /^[a-f0-9]{64}$/;
var HUB = "docker.io";
var MAX_NAME = 255;
function parseReference(text) {
  const at = text.indexOf("@");
  const digest2 = at < 0 ? void 0 : parseDigest(text.slice(at + 1));
  const { rest, tag } = splitTag(at < 0 ? text : text.slice(0, at));
  if (tag !== void 0 && !TAG.test(tag))
    refuse(text, `the tag ${JSON.stringify(tag)} is not valid`);
  const { registry, path } = splitHost(rest);
  if (!HOST.test(registry)) refuse(text, `${JSON.stringify(registry)} is not a host name`);
  if (BARE_ID.test(rest)) refuse(text, "64 hex digits alone are an image id, not a name");
  if (!PATH.test(path)) refuse(text, explainPath(path));
  const repository = registry === HUB && !path.includes("/") ? `library/${path}` : path;
  if (registry.length + repository.length + 1 > MAX_NAME)
    refuse(text, `the name is longer than ${MAX_NAME} characters`);
  return assemble(registry, repository, { tag, digest: digest2 });
}
function withVersion(reference, version) {
  return assemble(reference.registry, reference.repository, version);
}
function assemble(registry, repository, version) {
  const { digest: digest2 } = version;
  const tag = version.tag ?? (digest2 === void 0 ? "latest" : void 0);
  const name = `${registry}/${repository}`;
  const suffix = `${tag === void 0 ? "" : `:${tag}`}${digest2 === void 0 ? "" : `@${digest2}`}`;
  const short = registry === HUB ? repository.replace(/^library\/(?=[^/]+$)/, "") : name;
  return {
    registry,
    repository,
    ...tag === void 0 ? {} : { tag },
    ...digest2 === void 0 ? {} : { digest: digest2 },
    name,
    normalized: name + suffix,
    familiar: short + suffix
  };
}
function splitTag(text) {
  const colon = text.lastIndexOf(":");
  if (colon < 0 || text.indexOf("/", colon) >= 0 || text.indexOf("]", colon) >= 0) {
    return { rest: text, tag: void 0 };
  }
  return { rest: text.slice(0, colon), tag: text.slice(colon + 1) };
}
function splitHost(text) {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  if (!isHost) return { registry: HUB, path: text };
  const registry = first === "index.docker.io" ? HUB : first;
  return { registry, path: text.slice(slash + 1) };
}
function explainPath(path) {
  if (path === "") return "the image name is empty";
  if (path !== path.toLowerCase()) return `the name ${JSON.stringify(path)} has upper-case letters`;
  return `${JSON.stringify(path)} is not a repository name`;
}
function refuse(text, why) {
  throw new OciError(
    "invalid-reference",
    `Invalid image reference ${JSON.stringify(text)}: ${why}`,
    {
      hint: "Write [registry[:port]/]name[:tag][@sha256:...], in lower case."
    }
  );
}

// libs/oci/src/image/image.ts
async function readImage(store, image, platform2) {
  const descriptor = await selectManifest(store, await findImage(store, image), platform2);
  const manifest = parseJson(
    Manifest,
    await store.bytes(descriptor.digest),
    `Manifest ${descriptor.digest}`
  );
  const bytes = await store.bytes(manifest.config.digest);
  const config = parseJson(ImageConfig, bytes, `Image configuration ${manifest.config.digest}`);
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== manifest.layers.length)
    throw uneven(descriptor, manifest.layers.length, diffIds.length);
  const layers = manifest.layers.flatMap((layer, index) => {
    const diffId = diffIds[index];
    return diffId === void 0 ? [] : [{ descriptor: layer, diffId }];
  });
  return {
    descriptor,
    manifestDigest: descriptor.digest,
    configDigest: manifest.config.digest,
    manifest,
    config,
    layers
  };
}
async function writeImage(store, parts) {
  const bytes = parts.config instanceof Uint8Array ? parts.config : canonicalJson(parts.config);
  const config = parseJson(ImageConfig, bytes, "The image configuration");
  const subject = { mediaType: mediaTypes.manifest, digest: "of the new image" };
  const count = config.rootfs.diff_ids.length;
  if (count !== parts.layers.length) throw uneven(subject, parts.layers.length, count);
  for (const layer of parts.layers) {
    if (!await store.retain(layer.digest)) throw missingLayer(layer.digest);
  }
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: await store.putBytes(bytes, mediaTypes.config),
    layers: parts.layers.map(({ mediaType, digest: digest2, size }) => ({ mediaType, digest: digest2, size })),
    annotations: parts.annotations
  });
  const descriptor = await store.putBytes(manifest, mediaTypes.manifest);
  const { os, architecture, variant } = config;
  return {
    ...descriptor,
    platform: { os, architecture, ...variant === void 0 ? {} : { variant } }
  };
}
async function selectManifest(store, descriptor, platform2) {
  if (isManifestType(descriptor.mediaType)) return descriptor;
  if (!isIndexType(descriptor.mediaType)) throw notImage(descriptor);
  const index = parseJson(
    Index,
    await store.bytes(descriptor.digest),
    `Index ${descriptor.digest}`
  );
  return selectManifest(store, chooseFrom(index, platform2, descriptor.digest), platform2);
}
function chooseFrom(index, platform2, subject) {
  const images = index.manifests.filter((entry) => !isAttestation(entry));
  const [only] = images;
  if (images.length === 1 && only && (platform2 === void 0 || only.platform === void 0))
    return only;
  const found = platform2 && selectPlatform(images, platform2);
  if (found !== void 0) return found;
  const offered = images.flatMap(
    (entry) => entry.platform ? [formatPlatform(entry.platform)] : []
  );
  const wanted = platform2 === void 0 ? "one platform, and none was asked for" : formatPlatform(platform2);
  throw new OciError(
    "no-platform",
    `Image index ${subject} has ${offered.join(", ") || "no images"}; wanted ${wanted}`,
    {
      hint: "Ask for one of these platforms, or use another image."
    }
  );
}
function isAttestation(entry) {
  return entry.platform?.os === "unknown" || entry.annotations?.["vnd.docker.reference.type"] !== void 0;
}
async function findImage(store, image) {
  if (typeof image !== "string") return image;
  const descriptor = await store.resolve(image);
  if (descriptor !== void 0) return descriptor;
  throw new OciError("not-found", `The content store has no image ${image}`, {
    hint: "Pull or build it first."
  });
}
function uneven(subject, layers, diffIds) {
  return new OciError(
    "invalid-content",
    `Image ${subject.digest} has ${layers} layers but ${diffIds} diff ids`,
    {
      hint: "The image was written wrongly; build or fetch it again."
    }
  );
}
function missingLayer(digest2) {
  return new OciError("not-found", `The content store has no layer ${digest2}`, {
    hint: "Put every layer into the store before the image."
  });
}
function notImage(descriptor) {
  return new OciError(
    "unsupported",
    `${descriptor.digest} is of type ${descriptor.mediaType}, which is no image`,
    {
      hint: "Name an image manifest or an image index."
    }
  );
}

// libs/oci/src/image/pool.ts
async function inParallel(items, options, work) {
  const { limit, signal: outer } = options;
  const stop = new AbortController();
  const signal = outer === void 0 ? stop.signal : AbortSignal.any([outer, stop.signal]);
  const queue = [...items][Symbol.iterator]();
  let failure;
  const worker = async () => {
    for (const item of queue) {
      signal.throwIfAborted();
      await work(item, signal);
    }
  };
  const fail = (error) => {
    failure ??= { error };
    stop.abort();
  };
  await Promise.all(Array.from({ length: limit }, () => worker().catch(fail)));
  if (failure !== void 0) throw failure.error;
}

// libs/oci/src/image/send.ts
async function sendParts(send, options) {
  const { tree, client, reference } = send;
  const { concurrency: limit = 4, signal: outer } = options;
  const blobs = tree.blobs.filter((blob) => !isForeign(blob));
  await inParallel(
    blobs,
    { limit, signal: outer },
    (blob, signal) => sendBlob(send, options, { blob, signal })
  );
  for (const { descriptor, bytes } of tree.manifests.slice(0, -1)) {
    const target = withVersion(reference, { digest: descriptor.digest });
    const { mediaType } = descriptor;
    await client.pushManifest(target, { bytes, mediaType }, { signal: outer });
  }
}
async function sendRoot({ client, reference, tree }, signal) {
  const bytes = tree.manifests.at(-1)?.bytes ?? new Uint8Array();
  return client.pushManifest(reference, { bytes, mediaType: tree.root.mediaType }, { signal });
}
function isForeign({ urls = [] }) {
  return urls.length > 0;
}
async function sendBlob({ client, reference, open: open3 }, { mountFrom, onProgress }, { blob, signal }) {
  const { digest: digest2, mediaType, size } = blob;
  const tell = (state, bytes) => onProgress?.({ digest: digest2, mediaType, size, bytes, state });
  const outcome = await client.pushBlob(reference, {
    descriptor: blob,
    open: (start) => open3(blob, start),
    mountFrom: typeof mountFrom === "function" ? mountFrom(digest2) : mountFrom,
    signal,
    onProgress: (bytes) => tell("moving", bytes)
  });
  tell(outcome === "uploaded" ? "done" : outcome, outcome === "uploaded" ? size : 0);
}

// libs/oci/src/image/transfer.ts
var MAX_MANIFESTS = 1e3;
var DEFAULT_CONCURRENCY = 4;
async function readTree(source, start, options) {
  const manifests = /* @__PURE__ */ new Map();
  const blobs = /* @__PURE__ */ new Map();
  const visit = async (descriptor) => {
    if (manifests.has(descriptor.digest)) return descriptor;
    if (manifests.size >= MAX_MANIFESTS) throw tooMany(start);
    const bytes = await source.manifest(descriptor, options.signal);
    if (isIndexType(descriptor.mediaType)) {
      const index = parseJson(Index, bytes, `Index ${descriptor.digest}`);
      if (options.platform !== "all")
        return visit(chooseFrom(index, options.platform, descriptor.digest));
      for (const child of index.manifests) await visit(child);
    } else if (isManifestType(descriptor.mediaType)) {
      const manifest = parseJson(Manifest, bytes, `Manifest ${descriptor.digest}`);
      for (const blob of [manifest.config, ...manifest.layers]) blobs.set(blob.digest, blob);
    } else throw notImage2(descriptor);
    manifests.set(descriptor.digest, { descriptor, bytes });
    return descriptor;
  };
  const root = await visit(start);
  return { root, manifests: [...manifests.values()], blobs: [...blobs.values()] };
}
async function storeTree({ source, store, tree }, options) {
  const { concurrency: limit = DEFAULT_CONCURRENCY, signal: outer, onProgress } = options;
  await inParallel(
    tree.blobs,
    { limit, signal: outer },
    (blob, signal) => storeBlob(source, store, { blob, signal, onProgress })
  );
  for (const { descriptor, bytes } of tree.manifests)
    await store.putBytes(bytes, descriptor.mediaType);
}
async function storeBlob(source, store, {
  blob,
  signal,
  onProgress
}) {
  const { digest: digest2, mediaType, size } = blob;
  const tell = (state, bytes) => onProgress?.({ digest: digest2, mediaType, size, bytes, state });
  if (await store.retain(digest2)) return tell("present", 0);
  const onBytes = (bytes) => tell("moving", bytes);
  await store.put(source.blob(blob, signal), {
    expected: { digest: digest2, size },
    signal,
    onProgress: onBytes
  });
  tell("done", size);
}
function storeSource(store) {
  return {
    manifest: ({ digest: digest2 }) => store.bytes(digest2),
    blob: ({ digest: digest2 }) => store.read(digest2)
  };
}
function tooMany(start) {
  return new OciError(
    "too-large",
    `Image index ${start.digest} names more than ${MAX_MANIFESTS} manifests`,
    {
      hint: "Ask for one platform."
    }
  );
}
function notImage2(descriptor) {
  return new OciError(
    "unsupported",
    `${descriptor.digest} is of type ${descriptor.mediaType}, which is no image`,
    {
      hint: "Name an image manifest or an image index."
    }
  );
}

// libs/oci/src/image/copy.ts
async function pullImage(options) {
  const { client, store, reference, platform: platform2 = hostPlatform(), signal } = options;
  await using held = new AsyncDisposableStack();
  held.use(await store.lease());
  const source = registrySource(client, store, reference);
  const start = await client.resolve(reference, { signal });
  const tree = await readTree(source, start, { platform: platform2, signal });
  await storeTree({ source, store, tree }, options);
  await store.tag(options.name ?? reference.normalized, tree.root);
  return tree.root;
}
async function pushImage(options) {
  const { client, store, reference, signal } = options;
  await using held = new AsyncDisposableStack();
  held.use(await store.lease());
  const root = await findImage(store, options.image);
  const tree = await readTree(storeSource(store), root, { platform: "all", signal });
  const open3 = ({ digest: digest2 }, start) => store.read(digest2, start);
  await sendParts({ client, reference, tree, open: open3 }, options);
  return await sendRoot({ client, reference, tree, open: open3 }, signal);
}
async function copyImage(options) {
  const { from, to, platform: platform2 = "all", signal } = options;
  await using held = new AsyncDisposableStack();
  held.use(await to.lease());
  const source = storeSource(from);
  const tree = await readTree(source, await findImage(from, options.image), { platform: platform2, signal });
  await storeTree({ source, store: to, tree }, options);
  await to.tag(options.name, tree.root);
  return tree.root;
}
function registrySource(client, store, reference) {
  return {
    manifest: async ({ digest: digest2 }, signal) => {
      if (await store.retain(digest2)) return store.bytes(digest2);
      const fetched = await client.manifest(withVersion(reference, { digest: digest2 }), { signal });
      return fetched.bytes;
    },
    blob: (descriptor, signal) => client.blob(reference, descriptor, { signal })
  };
}

// libs/oci/src/image/docker-archive.ts
import { posix } from "node:path";
async function* exportDockerArchive(options) {
  const { store, platform: platform2, tags = [], present } = options;
  const image = await readImage(store, options.image, platform2);
  const chain = chainIds(image.layers.map((layer) => layer.diffId));
  const missing2 = image.layers.filter((_, index) => {
    const id = chain[index];
    return id === void 0 || present?.has(id) !== true;
  });
  yield* writeTar(archiveEntries(store, image, { missing: missing2, tags }));
}
async function* archiveEntries(store, image, { missing: missing2, tags }) {
  const config = `${hex(image.configDigest)}.json`;
  yield { name: config, body: await store.bytes(image.configDigest) };
  const unique = new Map(missing2.map((layer) => [layer.diffId, layer]));
  for (const layer of unique.values()) yield await layerEntry(store, layer);
  const manifest = [{ Config: config, RepoTags: [...tags], Layers: image.layers.map(layerName) }];
  yield { name: "manifest.json", body: canonicalJson(manifest) };
}
async function layerEntry(store, layer) {
  const { digest: digest2 } = layer.descriptor;
  const name = layerName(layer);
  const head = await headOf(store, digest2);
  if (detectCompression(head) !== "zstd") {
    return { name, size: await store.size(digest2) ?? 0, body: store.read(digest2) };
  }
  const plain = new Meter();
  for await (const chunk of decompress(store.read(digest2))) plain.add(chunk);
  return { name, size: plain.size, body: decompress(store.read(digest2)) };
}
function layerName(layer) {
  return `${hex(layer.diffId)}/layer.tar`;
}
function hex(digest2) {
  return digest2.slice("sha256:".length);
}
var ArchiveManifest = external_exports.array(
  external_exports.looseObject({
    Config: external_exports.string(),
    RepoTags: external_exports.array(external_exports.string()).nullish(),
    Layers: external_exports.array(external_exports.string()).nullish().transform((layers) => layers ?? [])
  })
);
async function importDockerArchive(source, store, options = {}) {
  await using held = new AsyncDisposableStack();
  held.use(await store.lease());
  const contents = new Contents(store);
  for await (const item of readTar(decompress(source))) {
    options.signal?.throwIfAborted();
    await contents.add(item);
  }
  const listed = parseJson(
    ArchiveManifest,
    await contents.bytes("manifest.json"),
    "manifest.json of the archive"
  );
  const images = [];
  for (const { Config: Config2, Layers, RepoTags } of listed) {
    const bytes = await contents.bytes(Config2);
    const layers = await checkLayers(store, contents, { bytes, names: Layers });
    images.push({
      descriptor: await writeImage(store, { config: bytes, layers }),
      tags: RepoTags ?? []
    });
  }
  return images;
}
var Contents = class {
  #store;
  #digests = /* @__PURE__ */ new Map();
  #links = /* @__PURE__ */ new Map();
  constructor(store) {
    this.#store = store;
  }
  async add({ header, body }) {
    const name = posix.normalize(header.name);
    if (header.type === "file") this.#digests.set(name, (await this.#store.put(body)).digest);
    if (header.type === "symlink")
      this.#links.set(name, posix.join(posix.dirname(name), header.linkname));
    if (header.type === "link") this.#links.set(name, posix.normalize(header.linkname));
  }
  digest(name) {
    const wanted = posix.normalize(name);
    const digest2 = this.#digests.get(this.#links.get(wanted) ?? wanted);
    if (digest2 !== void 0) return digest2;
    throw new OciError("invalid-content", `The image archive has no file ${JSON.stringify(name)}`, {
      hint: "Write it with `docker save`; an archive of an OCI layout is imported as such."
    });
  }
  bytes(name) {
    return this.#store.bytes(this.digest(name));
  }
};
async function checkLayers(store, contents, { bytes, names }) {
  const config = parseJson(ImageConfig, bytes, "The image configuration of the archive");
  const layers = [];
  for (const [index, name] of names.entries()) {
    const digest2 = contents.digest(name);
    const diffId = config.rootfs.diff_ids[index];
    const plain = digest2 === diffId ? digest2 : await plainDigest(store, digest2);
    if (plain !== diffId) throw wrongLayer2(name, diffId);
    layers.push({
      mediaType: await layerType(store, digest2),
      digest: digest2,
      size: await store.size(digest2) ?? 0
    });
  }
  return layers;
}
async function plainDigest(store, digest2) {
  const meter = new Meter();
  for await (const chunk of decompress(store.read(digest2))) meter.add(chunk);
  return meter.finish().digest;
}
var TYPES2 = { none: mediaTypes.layer, gzip: mediaTypes.layerGzip, zstd: mediaTypes.layerZstd };
async function layerType(store, digest2) {
  return TYPES2[detectCompression(await headOf(store, digest2))];
}
async function headOf(store, digest2) {
  for await (const chunk of store.read(digest2)) return chunk;
  return new Uint8Array(0);
}
function wrongLayer2(name, diffId) {
  return new OciError(
    "digest-mismatch",
    `Layer ${name} of the archive is not ${diffId ?? "in its configuration"}`,
    {
      hint: "The archive is damaged; write it again."
    }
  );
}

// libs/oci/src/image/layout-archive.ts
var MAX_INDEX = 4 << 20;

// libs/oci/src/image/relocate.ts
async function relocateImage(options) {
  const { client, from, to, signal } = options;
  const root = await client.resolve(from, { signal });
  const { mediaType, digest: digest2, size } = root;
  const target = withVersion(to, { digest: digest2 });
  if (await client.find(target, { signal }) !== void 0) return { mediaType, digest: digest2, size };
  const tree = await readTree(remoteSource(client, from), root, { platform: "all", signal });
  const open3 = (blob, start) => behind(client.blob(from, blob, { signal }), start);
  const send = { client, reference: target, tree, open: open3 };
  const mountFrom = from.registry === to.registry ? { mountFrom: from.repository } : {};
  await sendParts(send, { ...options, ...mountFrom });
  return sendRoot(send, signal);
}
function remoteSource(client, from) {
  return {
    manifest: async ({ digest: digest2 }, signal) => (await client.manifest(withVersion(from, { digest: digest2 }), { signal })).bytes,
    blob: (descriptor, signal) => client.blob(from, descriptor, { signal })
  };
}
async function* behind(source, start) {
  let at = 0;
  for await (const chunk of source) {
    const skip2 = Math.max(start - at, 0);
    at += chunk.byteLength;
    if (skip2 < chunk.byteLength) yield chunk.subarray(skip2);
  }
}

// libs/oci/src/registry/endpoint.ts
function isLoopback(host) {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
}
function endpointOf(registry, isInsecure) {
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  return new URL(`${isInsecure || isLoopback(registry) ? "http" : "https"}://${host}/v2/`);
}
function scopeOf(reference, actions) {
  return `repository:${reference.repository}:${actions}`;
}

// libs/oci/src/registry/auth.ts
var TokenAnswer = external_exports.looseObject({
  token: external_exports.string().optional(),
  access_token: external_exports.string().optional(),
  expires_in: external_exports.number().optional()
});
var DEFAULT_SECONDS = 60;
var MARGIN_MS = 5e3;
var Authorizer = class {
  #options;
  #challenges = /* @__PURE__ */ new Map();
  #tokens = /* @__PURE__ */ new Map();
  constructor(options) {
    this.#options = options;
  }
  /** The Authorization header for a request; `undefined` before the registry has asked for one. */
  async header(registry, scopes, signal) {
    const challenge = this.#challenges.get(registry);
    if (challenge === void 0) return void 0;
    if (challenge.scheme === "basic") return this.#basic(registry, signal);
    const key = [registry, ...scopes].join(" ");
    const known = this.#tokens.get(key);
    if (known !== void 0 && known.expiresAt > Date.now()) return `Bearer ${known.value}`;
    const token = await this.#fetchToken(registry, { challenge, scopes }, signal);
    this.#tokens.set(key, token);
    return `Bearer ${token.value}`;
  }
  /** Takes a 401 to heart: the next header answers it, with a new token. */
  challenged(registry, challenge, scopes) {
    this.#challenges.set(registry, challenge);
    this.#tokens.delete([registry, ...scopes].join(" "));
  }
  async #basic(registry, signal) {
    const credential = await this.#options.credentials(registry, signal);
    return credential?.kind === "password" ? basicHeader(credential) : void 0;
  }
  async #fetchToken(registry, ask2, signal) {
    const credential = await this.#options.credentials(registry, signal);
    const realm = this.#realm(registry, ask2.challenge.realm, credential);
    const fields = new URLSearchParams();
    if (ask2.challenge.service !== void 0) fields.set("service", ask2.challenge.service);
    const request = credential?.kind === "identity" ? refresh : query;
    const { url, init } = request({
      realm,
      fields,
      scopes: unite(ask2.challenge.scope, ask2.scopes),
      credential
    });
    const response = await this.#options.send(
      url,
      signal === void 0 ? init : { ...init, signal }
    );
    if (!response.ok) {
      await response.body?.cancel();
      throw refused(registry, response.status, credential !== void 0);
    }
    return readToken(registry, response);
  }
  /** Secrets never travel in plain text, unless to this machine or where the user said so. */
  #realm(registry, text, credential) {
    const realm = URL.parse(text);
    const isPlain = realm?.protocol === "http:";
    const mayBePlain = credential === void 0 || this.#options.isInsecure(registry) || isLoopback(realm?.host ?? "");
    if (realm && (realm.protocol === "https:" || isPlain && mayBePlain)) return realm;
    throw new OciError(
      "registry-error",
      `Registry ${registry} names a token service that is not safe to use`,
      {
        hint: "Its address must be https. Ask who runs the registry, or list the registry as insecure."
      }
    );
  }
};
function query({ realm, fields, scopes, credential }) {
  const url = new URL(realm);
  for (const [name, value] of fields) url.searchParams.append(name, value);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  const headers = credential?.kind === "password" ? { authorization: basicHeader(credential) } : {};
  return { url, init: { headers } };
}
function refresh({ realm, fields, scopes, credential }) {
  const body = new URLSearchParams(fields);
  body.set("grant_type", "refresh_token");
  body.set("client_id", "gantry");
  body.set("scope", scopes.join(" "));
  if (credential?.kind === "identity") body.set("refresh_token", credential.token);
  return { url: realm, init: { method: "POST", body, redirect: "manual" } };
}
function unite(asked, wanted) {
  return [.../* @__PURE__ */ new Set([...wanted, ...asked?.split(" ").filter(Boolean) ?? []])];
}
function basicHeader(credential) {
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString("base64")}`;
}
async function readToken(registry, response) {
  const parsed = TokenAnswer.safeParse(await response.json().catch(() => void 0));
  const value = parsed.data?.token ?? parsed.data?.access_token;
  if (value === void 0 || value === "") {
    throw new OciError("registry-error", `The token service of ${registry} gave no token`, {
      hint: "Try again later; if it repeats, ask who runs the registry."
    });
  }
  const seconds = parsed.data?.expires_in ?? DEFAULT_SECONDS;
  return { value, expiresAt: Date.now() + seconds * 1e3 - MARGIN_MS };
}
function refused(registry, status, hadCredential) {
  const who = hadCredential ? "the stored credentials" : "anonymous access";
  return new OciError(
    "unauthorized",
    `The token service of ${registry} refused ${who} (HTTP ${status})`,
    {
      hint: `Run \`docker login ${registry}\` with an account that may do this.`
    }
  );
}

// libs/oci/src/registry/transport.ts
import { setTimeout as sleep2 } from "node:timers/promises";

// libs/oci/src/registry/challenge.ts
function parseChallenge(header) {
  if (header === null) return void 0;
  const bearer = /(?:^|,)\s*bearer\s+(.*)/is.exec(header);
  if (bearer?.[1] !== void 0) {
    const parameters = parseParameters(bearer[1]);
    const realm = parameters.get("realm");
    if (realm !== void 0) {
      return {
        scheme: "bearer",
        realm,
        service: parameters.get("service"),
        scope: parameters.get("scope")
      };
    }
  }
  return /(?:^|,)\s*basic\b/i.test(header) ? { scheme: "basic" } : void 0;
}
function parseParameters(text) {
  const pairs = text.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi);
  return new Map(
    [...pairs].map((pair) => [
      (pair[1] ?? "").toLowerCase(),
      (pair[2] ?? pair[3] ?? "").replaceAll(/\\(.)/g, "$1")
    ])
  );
}

// libs/oci/src/registry/transport.ts
var PASSING = /* @__PURE__ */ new Set([408, 429, 500, 502, 503, 504]);
var MAX_PAUSE_MS = 1e4;
var Transport = class {
  #options;
  #authorizer;
  #made;
  constructor(options, authorizer) {
    this.#options = options;
    this.#authorizer = authorizer;
  }
  get attempts() {
    return this.#options.attempts;
  }
  async call(call) {
    const attempts = call.isOnce === true ? 1 : this.attempts;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(call).catch((error) => {
        if (!mayPass(error) || attempt >= attempts) throw error;
        return void 0;
      });
      if (outcome !== void 0 && call.accept.includes(outcome.status)) return outcome;
      if (outcome !== void 0 && (!PASSING.has(outcome.status) || attempt >= attempts)) {
        throw await toError2(call, outcome);
      }
      const pauseMs = pauseOf(attempt, outcome?.headers.get("retry-after"));
      await outcome?.body?.cancel();
      await pause(pauseMs, call.signal);
    }
  }
  /** One bare request; a connection that fails is `unreachable`. */
  async send(url, init) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#options.timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
    const headers = {
      "user-agent": this.#options.userAgent,
      ...Object.fromEntries(new Headers(init.headers))
    };
    try {
      return await fetch(url, { ...init, headers, signal });
    } catch (error) {
      init.signal?.throwIfAborted();
      throw unreachable(
        url,
        late.signal.aborted ? new TimeoutCause(this.#options.timeoutMs) : error
      );
    } finally {
      clearTimeout(timer);
    }
  }
  async #attempt(call) {
    const first = await this.#once(call);
    if (first.status !== 401 || call.scopes.length === 0) return first;
    const challenge = parseChallenge(first.headers.get("www-authenticate"));
    if (challenge === void 0) return first;
    await first.body?.cancel();
    this.#auth().challenged(call.registry, challenge, call.scopes);
    return this.#once(call);
  }
  async #once(call) {
    const authorization = call.scopes.length === 0 ? void 0 : await this.#auth().header(call.registry, call.scopes, call.signal);
    const body = call.body?.();
    return this.send(call.url, {
      method: call.method,
      headers: { ...call.headers, ...authorization === void 0 ? {} : { authorization } },
      ...body === void 0 ? {} : { body: body instanceof Uint8Array ? body : ReadableStream.from(body), duplex: "half" },
      ...call.signal === void 0 ? {} : { signal: call.signal }
    });
  }
  #auth() {
    this.#made ??= this.#authorizer(this);
    return this.#made;
  }
};
function pauseOf(attempt, retryAfter) {
  const asked = Number(retryAfter ?? Number.NaN) * 1e3;
  if (asked >= 0) return Math.min(asked, MAX_PAUSE_MS);
  return Math.min(100 * 2 ** attempt, MAX_PAUSE_MS) * (0.5 + Math.random() / 2);
}
async function pause(ms, signal) {
  await sleep2(ms, void 0, signal === void 0 ? {} : { signal }).catch(
    () => signal?.throwIfAborted()
  );
}
var RESETS = /* @__PURE__ */ new Set([
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
  "ETIMEDOUT",
  "UND_ERR_BODY_TIMEOUT"
]);
function mayPass(error) {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = systemCode(at);
    if (at instanceof ServerFault || code !== void 0 && RESETS.has(code)) return true;
  }
  return false;
}
var ServerFault = class extends Error {
  name = "ServerFault";
  constructor(status) {
    super(`HTTP ${status}`);
  }
};
var TimeoutCause = class extends Error {
  name = "TimeoutCause";
  constructor(timeoutMs) {
    super(`no answer within ${timeoutMs} ms`);
  }
};
var REASONS = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be looked up now",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no network"
};
function unreachable(url, cause) {
  if (cause instanceof OciError) return cause;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = systemCode(inner) ?? "";
  const said = inner instanceof Error ? inner.message : String(inner);
  const isTls = /CERT|SSL|TLS|EPROTO/i.test(code);
  return new OciError(
    "unreachable",
    `Cannot reach ${url.protocol}//${url.host}: ${REASONS[code] ?? (said || code)}`,
    {
      hint: isTls ? "Check its certificate; a registry that speaks plain HTTP must be listed as insecure." : "Check the name, the network and the proxy settings, or use an image that is already here.",
      cause
    }
  );
}
var ErrorBody = external_exports.looseObject({
  errors: external_exports.array(external_exports.looseObject({ code: external_exports.string().optional(), message: external_exports.string().optional() })).min(1)
});
async function toError2(call, response) {
  const body = await readSome(response);
  const parsed = ErrorBody.safeParse(body);
  const first = parsed.data?.errors[0];
  const said = [first?.code, first?.message].filter(Boolean).join(": ").slice(0, 300);
  const detail = `HTTP ${response.status}${said === "" ? "" : `, ${said}`}`;
  const { subject, registry } = call;
  switch (response.status) {
    case 401:
    case 403:
      return new OciError(
        "unauthorized",
        `Registry ${registry} refuses access to ${subject} (${detail})`,
        {
          hint: `Check the name; if it is right, run \`docker login ${registry}\`. Some registries say this of images that do not exist.`
        }
      );
    case 404:
      return new OciError("not-found", `Registry ${registry} has no ${subject} (${detail})`, {
        hint: "Check the name and the tag."
      });
    case 429:
      return new OciError(
        "unreachable",
        `Registry ${registry} allows no more requests now (${detail})`,
        {
          hint: `Wait, or run \`docker login ${registry}\` for a higher limit.`
        }
      );
    default:
      return wrongAnswer(call, response.status, detail);
  }
}
function wrongAnswer({ method, registry, subject }, status, detail) {
  const code = status >= 500 ? "unreachable" : "registry-error";
  return new OciError(code, `Registry ${registry} failed at ${method} of ${subject} (${detail})`, {
    hint: "Try again later; if it repeats, ask who runs the registry.",
    ...PASSING.has(status) ? { cause: new ServerFault(status) } : {}
  });
}
var MAX_ERROR_BYTES = 64 * 1024;
async function readSome(response) {
  const chunks = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > MAX_ERROR_BYTES) return void 0;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return void 0;
  }
}

// libs/oci/src/registry/download.ts
async function* download(transport, request) {
  const { descriptor } = request;
  const meter = new Meter();
  for (let idle = 1; meter.size < descriptor.size || idle === 1; idle += 1) {
    const before = meter.size;
    try {
      for await (const chunk of await fetchFrom(transport, request, meter.size)) {
        meter.add(chunk);
        if (meter.size > descriptor.size) break;
        yield chunk;
      }
      break;
    } catch (error) {
      request.signal?.throwIfAborted();
      if (meter.size > before) idle = 0;
      if (!mayPass(error)) throw error;
      if (idle >= transport.attempts)
        throw unreachable(endpointOf(request.reference.registry, request.isInsecure), error);
      await pause(100 * 2 ** idle, request.signal);
    }
  }
  assertContent(
    meter.finish(),
    descriptor,
    `Blob ${descriptor.digest} of ${request.reference.name}`
  );
}
async function fetchFrom(transport, request, start) {
  const { reference, descriptor, isInsecure, signal } = request;
  const response = await transport.call({
    method: "GET",
    url: new URL(
      `${reference.repository}/blobs/${descriptor.digest}`,
      endpointOf(reference.registry, isInsecure)
    ),
    registry: reference.registry,
    scopes: [scopeOf(reference, "pull")],
    headers: start > 0 ? { range: `bytes=${start}-` } : {},
    accept: [200, 206],
    subject: `blob ${descriptor.digest} of ${reference.name}`,
    signal
  });
  const body = response.body ?? none2();
  return start > 0 && response.status === 200 ? skip(body, start) : body;
}
async function* skip(body, count) {
  let left = count;
  for await (const chunk of body) {
    const cut = Math.min(left, chunk.byteLength);
    left -= cut;
    if (cut < chunk.byteLength) yield chunk.subarray(cut);
  }
}
async function* none2() {
}

// libs/oci/src/registry/manifest.ts
var ACCEPT = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerList,
  mediaTypes.dockerManifest
];
var MAX_BYTES = 4 << 20;
async function readManifest(response, reference) {
  const subject = `The manifest of ${reference.familiar}`;
  const bytes = await readLimited(response, MAX_BYTES, subject);
  const content = { digest: digestOf(bytes), size: bytes.byteLength };
  const claimed = reference.digest ?? response.headers.get("docker-content-digest");
  if (claimed?.startsWith("sha256:") === true) {
    assertContent(
      content,
      { ...content, digest: `sha256:${claimed.slice("sha256:".length)}` },
      subject
    );
  }
  const mediaType = response.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  if (ACCEPT.includes(mediaType)) return { descriptor: { mediaType, ...content }, bytes };
  throw new OciError("unsupported", `${subject} is of type ${mediaType || "unknown"}`, {
    hint: "Push the image again with a current tool: OCI or Docker schema 2 is needed."
  });
}
async function readLimited(response, maxBytes, subject) {
  const chunks = [];
  let size = 0;
  const body = response.body ?? [];
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new OciError("too-large", `${subject} is larger than ${maxBytes} bytes`, {
        hint: "No honest manifest is; check where the image comes from."
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// libs/oci/src/registry/upload.ts
async function upload(transport, request) {
  for (let attempt = 1; ; attempt += 1) {
    const session = await begin(transport, request);
    if (session === void 0) return "mounted";
    try {
      await (request.descriptor.size <= request.chunkBytes ? sendWhole(session) : sendChunks(session));
      return "uploaded";
    } catch (error) {
      request.signal?.throwIfAborted();
      if (!mayPass(error) || attempt >= transport.attempts) throw error;
      await pause(100 * 2 ** attempt, request.signal);
    }
  }
}
async function begin(transport, request) {
  const { reference, descriptor, mountFrom, isInsecure } = request;
  const url = new URL(
    `${reference.repository}/blobs/uploads/`,
    endpointOf(reference.registry, isInsecure)
  );
  if (mountFrom !== void 0) {
    url.searchParams.set("mount", descriptor.digest);
    url.searchParams.set("from", mountFrom);
  }
  const session = { transport, request, location: url };
  const response = await step(session, { method: "POST", url, accept: [201, 202] });
  return response.status === 201 ? void 0 : { ...session, location: locationOf(response, url) };
}
async function sendWhole(session) {
  const { request } = session;
  const { size } = request.descriptor;
  await step(session, {
    method: "PUT",
    url: finishUrl(session),
    accept: [201, 204],
    headers: { "content-type": "application/octet-stream", "content-length": String(size) },
    body: () => slice(request, 0, size),
    isOnce: true
  });
}
async function sendChunks(opened) {
  let session = opened;
  const { size } = opened.request.descriptor;
  let broken;
  for (let start = 0, failures = 0; start < size; ) {
    const end = Math.min(start + opened.request.chunkBytes, size);
    try {
      const response = await sendChunk(session, start, end);
      session = { ...session, location: locationOf(response, session.location) };
      start = end;
      failures = 0;
      broken = void 0;
    } catch (error) {
      failures += 1;
      if (broken !== void 0 && !mayPass(error)) throw broken;
      if (!mayPass(error) || failures >= session.transport.attempts) throw error;
      await pause(100 * 2 ** failures, session.request.signal);
      broken = error;
      ({ start, session } = await askProgress(session).catch(() => {
        throw error;
      }));
    }
  }
  await step(session, {
    method: "PUT",
    url: finishUrl(session),
    accept: [201, 204],
    headers: { "content-length": "0" }
  });
}
function sendChunk(session, start, end) {
  return step(session, {
    method: "PATCH",
    url: session.location,
    accept: [202],
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(end - start),
      "content-range": `${start}-${end - 1}`
    },
    body: () => slice(session.request, start, end),
    isOnce: true
  });
}
async function askProgress(session) {
  const response = await step(session, { method: "GET", url: session.location, accept: [204] });
  const last = /^(?:bytes=)?0-(\d+)$/.exec(response.headers.get("range") ?? "")?.[1];
  const location = locationOf(response, session.location);
  return {
    start: last === void 0 || last === "0" ? 0 : Number(last) + 1,
    session: { ...session, location }
  };
}
async function step(session, call) {
  const { reference, descriptor, mountFrom, signal, isInsecure } = session.request;
  const other = mountFrom === void 0 ? [] : [scopeOf({ repository: mountFrom }, "pull")];
  const isHome = call.url.host === endpointOf(reference.registry, isInsecure).host;
  const response = await session.transport.call({
    ...call,
    registry: reference.registry,
    // Storage on another host gets no token: its address carries what it needs.
    scopes: isHome ? [scopeOf(reference, "pull,push"), ...other] : [],
    subject: `blob ${descriptor.digest} for ${reference.name}`,
    signal
  });
  await response.body?.cancel();
  return response;
}
function finishUrl({ location, request }) {
  const url = new URL(location);
  url.searchParams.set("digest", request.descriptor.digest);
  return url;
}
function locationOf(response, base) {
  const location = response.headers.get("location");
  const url = location === null ? null : URL.parse(location, base);
  if (url !== null && (url.protocol === base.protocol || url.protocol === "https:")) return url;
  throw new OciError(
    "registry-error",
    `Registry ${base.host} opened an upload without saying where`,
    {
      hint: "Ask who runs the registry; a proxy in front of it may drop the Location header."
    }
  );
}
async function* slice(request, start, end) {
  let at = start;
  for await (const chunk of request.open(start)) {
    const part = chunk.subarray(0, end - at);
    at += part.byteLength;
    yield part;
    request.onProgress?.(at);
    if (at >= end) return;
  }
}

// libs/oci/src/registry/client.ts
var Tags = external_exports.looseObject({ tags: external_exports.array(external_exports.string()).nullish() });
var MAX_TAGS_BYTES = 16 << 20;
var RegistryClient = class {
  #transport;
  #insecure;
  #chunkBytes;
  constructor(options = {}) {
    const { credentials = async () => void 0, attempts = 5, timeoutMs = 3e4 } = options;
    this.#insecure = new Set(options.insecure);
    this.#chunkBytes = options.chunkBytes ?? 32 << 20;
    this.#transport = new Transport(
      { attempts, timeoutMs, userAgent: "gantry" },
      (transport) => new Authorizer({
        credentials,
        send: (url, init) => transport.send(url, init),
        isInsecure: (registry) => this.#insecure.has(registry)
      })
    );
  }
  /** Asks what a reference stands for. With `platform` an index is followed to the image that fits. */
  async resolve(reference, options = {}) {
    const head = await this.#head(reference, options);
    const wantsMore = head === void 0 || options.platform && isIndexType(head.mediaType);
    if (!wantsMore) return head;
    const { descriptor, bytes } = await this.manifest(reference, options);
    if (options.platform === void 0 || !isIndexType(descriptor.mediaType)) return descriptor;
    const index = parseJson(Index, bytes, `Index ${descriptor.digest}`);
    return chooseFrom(index, options.platform, reference.familiar);
  }
  /** Like {@link resolve}, but `undefined` when the registry answers that there is no such thing. */
  async find(reference, options = {}) {
    return this.resolve(reference, options).catch((error) => {
      if (isOciError(error, "not-found")) return void 0;
      throw error;
    });
  }
  /** Fetches a manifest or index, checked against its digest. At most 4 MiB. */
  async manifest(reference, options = {}) {
    const response = await this.#manifestCall(reference, {
      method: "GET",
      accept: [200],
      ...options
    });
    return readManifest(response, reference);
  }
  /** Streams a blob; resumes after a broken connection and throws `digest-mismatch` at the end if need be. */
  blob(reference, descriptor, options = {}) {
    return download(this.#transport, {
      reference,
      descriptor,
      isInsecure: this.#isInsecure(reference),
      signal: options.signal
    });
  }
  /** True when the repository has the blob. */
  async hasBlob(reference, digest2, options = {}) {
    const response = await this.#call(reference, {
      method: "HEAD",
      path: `blobs/${digest2}`,
      accept: [200, 404],
      scopes: [scopeOf(reference, "pull")],
      subject: `blob ${digest2} of ${reference.name}`,
      ...options
    });
    return response.status === 200;
  }
  /** Sends a blob unless the repository has it or can mount it. */
  async pushBlob(reference, blob) {
    if (await this.hasBlob(reference, blob.descriptor.digest, blob)) return "present";
    return upload(this.#transport, {
      ...blob,
      reference,
      isInsecure: this.#isInsecure(reference),
      chunkBytes: this.#chunkBytes
    });
  }
  /** Puts a manifest under the reference's tag, or under its digest when it has no tag. */
  async pushManifest(reference, manifest, options = {}) {
    const content = { digest: digestOf(manifest.bytes), size: manifest.bytes.byteLength };
    if (reference.digest)
      assertContent(content, { ...content, digest: reference.digest }, "The manifest");
    const response = await this.#call(reference, {
      method: "PUT",
      path: `manifests/${reference.tag ?? content.digest}`,
      accept: [201],
      scopes: [scopeOf(reference, "pull,push")],
      headers: { "content-type": manifest.mediaType },
      body: () => Uint8Array.from(manifest.bytes),
      subject: `manifest for ${reference.familiar}`,
      ...options
    });
    await response.body?.cancel();
    return { mediaType: manifest.mediaType, ...content };
  }
  /** All tags of a repository, in the registry's order. */
  async tags(reference, options = {}) {
    const tags = [];
    let path = "tags/list";
    while (path !== void 0) {
      const response = await this.#call(reference, {
        method: "GET",
        path,
        accept: [200],
        scopes: [scopeOf(reference, "pull")],
        subject: `repository ${reference.name}`,
        ...options
      });
      const bytes = await readLimited(
        response,
        MAX_TAGS_BYTES,
        `The tag list of ${reference.name}`
      );
      tags.push(...parseJson(Tags, bytes, `The tag list of ${reference.name}`).tags ?? []);
      path = nextPage(response);
    }
    return tags;
  }
  /** Deletes what the reference names: its digest, or the digest that its tag stands for now. */
  async delete(reference, options = {}) {
    const digest2 = reference.digest ?? (await this.resolve(reference, options)).digest;
    const response = await this.#call(reference, {
      method: "DELETE",
      path: `manifests/${digest2}`,
      accept: [202],
      scopes: [scopeOf(reference, "delete")],
      subject: `image ${reference.familiar}`,
      ...options
    });
    await response.body?.cancel();
  }
  /** The descriptor from headers alone; `undefined` when the registry does not say enough in them. */
  async #head(reference, options) {
    const response = await this.#manifestCall(reference, {
      method: "HEAD",
      accept: [200, 405],
      ...options
    });
    const digest2 = response.headers.get("docker-content-digest") ?? "";
    const size = Number(response.headers.get("content-length") ?? Number.NaN);
    const mediaType = response.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
    if (response.status !== 200 || !isDigest(digest2) || !(size > 0) || !ACCEPT.includes(mediaType))
      return void 0;
    if (reference.digest)
      assertContent({ digest: digest2, size }, { digest: reference.digest, size }, reference.familiar);
    return { mediaType, digest: digest2, size };
  }
  #manifestCall(reference, call) {
    return this.#call(reference, {
      ...call,
      path: `manifests/${reference.digest ?? reference.tag ?? "latest"}`,
      scopes: [scopeOf(reference, "pull")],
      headers: { accept: ACCEPT.join(", ") },
      subject: `image ${reference.familiar}`
    });
  }
  #call(reference, call) {
    const base = endpointOf(reference.registry, this.#isInsecure(reference));
    const url = new URL(`${reference.repository}/${call.path}`, base);
    return this.#transport.call({ ...call, url, registry: reference.registry });
  }
  #isInsecure(reference) {
    return this.#insecure.has(reference.registry);
  }
};
function nextPage(response) {
  const next = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(response.headers.get("link") ?? "")?.[1];
  if (next === void 0) return void 0;
  const query2 = next.indexOf("?");
  return query2 < 0 ? void 0 : `tags/list${next.slice(query2)}`;
}

// libs/oci/src/registry/credentials.ts
import { readFile as readFile3 } from "node:fs/promises";
import { join as join10 } from "node:path";
var Config = external_exports.looseObject({
  auths: external_exports.record(
    external_exports.string(),
    external_exports.looseObject({
      auth: external_exports.string().optional(),
      username: external_exports.string().optional(),
      password: external_exports.string().optional(),
      identitytoken: external_exports.string().optional()
    })
  ).nullish(),
  credsStore: external_exports.string().optional(),
  credHelpers: external_exports.record(external_exports.string(), external_exports.string()).nullish()
});
var Answer = external_exports.looseObject({ Username: external_exports.string(), Secret: external_exports.string() });
var HUB_KEY = "https://index.docker.io/v1/";
var HELPER_MS = 3e4;
var MAX_ANSWER = 64 * 1024;
function dockerCredentials(options) {
  return async (registry, signal) => {
    const config = await readConfig(options.file ?? join10(options.directory, "config.json"));
    if (config === void 0) return void 0;
    const helper = config.credHelpers?.[registry] ?? config.credHelpers?.[keyOf(registry)] ?? config.credsStore;
    const found = helper === void 0 || helper === "" ? void 0 : await ask(helper, registry, { ...options, signal });
    return found ?? fromFile(config, registry);
  };
}
function keyOf(registry) {
  return registry === "docker.io" ? HUB_KEY : registry;
}
async function readConfig(path) {
  try {
    return Config.parse(JSON.parse(await readFile3(path, "utf8")));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return void 0;
    throw new OciError("credentials", `Cannot read the Docker configuration ${path}`, {
      hint: "Check that it is JSON as `docker login` writes it, and readable."
    });
  }
}
function fromFile(config, registry) {
  const wanted = hostOf(keyOf(registry));
  const entry = Object.entries(config.auths ?? {}).find(
    ([key]) => key === keyOf(registry) || hostOf(key) === wanted
  );
  if (entry === void 0) return void 0;
  const { auth, username, password, identitytoken } = entry[1];
  if (identitytoken) return { kind: "identity", token: identitytoken };
  if (username && password) return { kind: "password", username, password };
  if (!auth) return void 0;
  const [name, ...rest] = Buffer.from(auth, "base64").toString("utf8").replaceAll("\0", "").split(":");
  return rest.length === 0 ? void 0 : { kind: "password", username: name ?? "", password: rest.join(":") };
}
function hostOf(key) {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}
async function ask(helper, registry, options) {
  if (!/^[A-Za-z0-9._-]+$/.test(helper)) throw helperFailed(helper, "its name is not valid");
  const { code, stdout } = await runHelper(helper, keyOf(registry), options);
  if (code !== 0) {
    if (/not found|no credentials/i.test(stdout)) return void 0;
    throw helperFailed(helper, `it ended with exit code ${code}`);
  }
  const parsed = Answer.safeParse(parseOr(stdout));
  if (!parsed.success) throw helperFailed(helper, "its answer is not the expected JSON");
  const { Username: username, Secret: secret } = parsed.data;
  if (secret === "") return void 0;
  return username === "<token>" ? { kind: "identity", token: secret } : { kind: "password", username, password: secret };
}
async function runHelper(helper, key, { env, signal }) {
  const timeout2 = AbortSignal.timeout(HELPER_MS);
  try {
    const { exit, stdout } = await runCommand(`docker-credential-${helper}`, ["get"], {
      env,
      input: key,
      maxBytes: MAX_ANSWER,
      signal: signal === void 0 ? timeout2 : AbortSignal.any([signal, timeout2])
    });
    return { code: exit.code, stdout: stdout.toString("utf8") };
  } catch (cause) {
    signal?.throwIfAborted();
    throw helperFailed(
      helper,
      timeout2.aborted ? "it did not answer in time" : "it cannot be run",
      cause
    );
  }
}
function parseOr(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}
function helperFailed(helper, why, cause) {
  return new OciError(
    "credentials",
    `The credential helper docker-credential-${helper} gave nothing: ${why}`,
    {
      hint: "Run `docker login` again, or remove the helper from the Docker configuration.",
      cause
    }
  );
}

// libs/oci/src/store/link-blobs.ts
import { link, mkdir as mkdir5, readdir as readdir5 } from "node:fs/promises";
import { join as join11 } from "node:path";
async function linkBlobs(fromDir, toDir) {
  const from = join11(fromDir, "blobs", "sha256");
  const to = join11(toDir, "blobs", "sha256");
  await mkdir5(to, { recursive: true });
  for (const name of await readdir5(from).catch(() => [])) {
    const failure = await link(join11(from, name), join11(to, name)).then(
      () => void 0,
      (error) => error
    );
    const code = failure === void 0 ? "" : systemCode(failure);
    if (failure !== void 0 && code !== "ENOENT" && code !== "EEXIST") return;
  }
}

export {
  require_fast_fifo,
  require_b4a,
  require_streamx,
  OciError,
  isOciError,
  parseDigest,
  digestOf,
  chainIds,
  hostPlatform,
  parsePlatform,
  formatPlatform,
  selectPlatform,
  parseReference,
  withVersion,
  mediaTypes,
  Descriptor,
  Manifest,
  Index,
  ImageConfig,
  parseJson,
  readImage,
  writeImage,
  findImage,
  pullImage,
  pushImage,
  copyImage,
  decompress,
  readTar,
  writeTar,
  exportDockerArchive,
  importDockerArchive,
  relocateImage,
  unpackLayer,
  storeLayer,
  unpackImage,
  RegistryClient,
  dockerCredentials,
  linkBlobs,
  ContentStore
};
