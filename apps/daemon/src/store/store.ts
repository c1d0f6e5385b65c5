import type { Home } from "../home.ts";
import { Builds } from "./builds.ts";
import { Cipher } from "./cipher.ts";
import { Claims } from "./claims.ts";
import { Database } from "./database.ts";
import { DriverCrashes } from "./driver-crashes.ts";
import { Grants } from "./grants.ts";
import { Installations } from "./installations.ts";
import { ObtainedImages } from "./obtained-images.ts";
import { OperationRecords } from "./operations.ts";
import { Outputs } from "./outputs.ts";
import { Pushed } from "./pushed.ts";

/** Everything that a home remembers. */
export class Store implements Disposable {
  readonly installations: Installations;
  readonly claims: Claims;
  readonly grants: Grants;
  readonly outputs: Outputs;
  readonly operations: OperationRecords;
  readonly builds: Builds;
  readonly pushed: Pushed;
  readonly obtainedImages: ObtainedImages;
  readonly driverCrashes: DriverCrashes;
  readonly #database: Database;

  constructor(home: Home) {
    this.#database = new Database(home.database);
    const cipher = Cipher.open(home.key);
    this.installations = new Installations(this.#database);
    this.claims = new Claims(this.#database, cipher);
    this.grants = new Grants(this.#database);
    this.outputs = new Outputs(this.#database, cipher, home.outputs);
    this.operations = new OperationRecords(this.#database, cipher);
    this.builds = new Builds(this.#database);
    this.pushed = new Pushed(this.#database);
    this.obtainedImages = new ObtainedImages(this.#database);
    this.driverCrashes = new DriverCrashes(this.#database);
  }

  /** Who owns the runs of this home. */
  get owner(): string {
    return this.#database.owner;
  }

  /** All of `change` or none of it. */
  transaction<Result>(change: () => Result): Result {
    return this.#database.transaction(change);
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }
}
