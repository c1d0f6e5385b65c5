import { DriverError } from "@gantry/driver-api";

/** The store does not hold what was asked for. */
export function imageMissing(name: string): DriverError {
  return new DriverError("image-not-found", `There is no image ${name} here.`, {
    hint: "Build or pull it first, or check the reference.",
  });
}

/** The parts of an image reference contradict each other. */
export function imageMismatch(message: string): DriverError {
  return new DriverError("image-mismatch", message, {
    hint: "Refer to the image by its digest alone, or build the bundle again.",
  });
}
