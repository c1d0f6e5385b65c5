import { PackageError } from "@gantry/driver-package";

/** Nothing of the package was kept. */
export function unsafeEntry(name: string, why: string): PackageError {
  return new PackageError(
    "package-invalid",
    `The package holds ${JSON.stringify(name.slice(0, 200))}, which ${why}.`,
    { hint: "Do not trust where it comes from; an honest package has plain files only." },
  );
}

export function tooLarge(what: string): PackageError {
  return new PackageError("package-invalid", `The package is too large: ${what}.`, {
    hint: "A driver package has at most 20,000 files of 512 MiB together.",
  });
}

export function noManifest(where: string): PackageError {
  return new PackageError(
    "package-invalid",
    `There is no gantry-driver.json at the root of ${where}: it is no driver package.`,
    { hint: "Check the name; docs/drivers.md says what a driver package is." },
  );
}
