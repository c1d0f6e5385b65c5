"use strict";
require("node:module").enableCompileCache?.();
require("./gantry.cjs");
