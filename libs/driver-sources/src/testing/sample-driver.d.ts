export type Fields = Readonly<Record<string, unknown>>;
/** The manifest of a driver that asks for a little. */
export declare function sampleManifest(change?: Fields): Fields;
/** Writes a driver's files below `dir`. */
export declare function writeSample(
  dir: string,
  change?: Fields,
  files?: Readonly<Record<string, string>>,
): Promise<string>;
//# sourceMappingURL=sample-driver.d.ts.map
