import { ParsedFile } from "../drivers/parsed-file.ts";
import { readConfig, type ReadConfig } from "./config.ts";

/** The configuration of a home, read anew when the file has changed. */
export class ConfigFile {
  readonly #file: ParsedFile<ReadConfig>;

  constructor(path: string) {
    this.#file = new ParsedFile(path, readConfig);
  }

  /** Throws `config-invalid` with the line. */
  read(): Promise<ReadConfig> {
    return this.#file.value();
  }
}
