/** Version of this program, as `gantry version` prints it. */
export const VERSION = "0.1.0";
