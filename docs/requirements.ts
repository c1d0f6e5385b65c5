/** How far a requirement binds a runtime; `IMPLIED` ones follow from others. */
export type Level = "MUST" | "SHOULD" | "MAY" | "IMPLIED";

/** One numbered requirement of the CNAB specification, and how it is shown to be met. */
export interface Requirement {
  /** Group letter and number, as a test's title cites it in brackets. */
  readonly id: string;
  readonly group: string;
  /** The strictest first, when a requirement has parts. */
  readonly levels: readonly Level[];
  readonly text: string;
  /** Document and heading of the specification. */
  readonly source: string;
  readonly status: "covered" | "later";
  /** `run`: only a test below apps/ counts, as it needs a real build or run; `test`: any test does. */
  readonly citedBy: "test" | "run";
  /** What a `later` one waits for. */
  readonly reason?: string;
}

/** The table below is not as it should be. */
export class RequirementTableError extends Error {
  override readonly name = "RequirementTableError";

  constructor(line: string) {
    super(
      `Not a requirement: "${line}". Write ID | LEVEL | test, run or later: REASON | TEXT | SOURCE.`,
    );
  }
}

// ID | level | how it is shown | requirement | document and heading of the specification
const TABLE = `
# Bundle document
B-01 | MUST | run | bundle.json emitted in canonical form | 101 intro; 104 "Formatting ... Thin Bundles"
B-02 | MUST | test | 'schemaVersion' present and a SemVer naming the schema | 101 "Schema Version"
B-03 | MUST | test | 'name' and 'version' present | 101 "Name and Version"
B-04 | MUST/SHOULD | test | 'name' restricted to Unicode graphic characters; violation SHOULD fail | 101 "Name and Version"
B-05 | MUST/SHOULD | test | 'version' is SemVer 2; violation SHOULD fail | 101 "Name and Version"
B-06 | MUST | test | at least one invocation image | 101 "Invocation Images"; 102 intro
B-07 | MUST | test | every image entry has 'image' | 101 "Invocation Images", "The Image Map"
B-08 | MUST | test | missing 'imageType' behaves as 'oci' | 101 "Invocation Images", "The Image Map"
B-09 | MUST | run | 'docker' and 'oci' both supported | 101 "Invocation Images", "The Image Map"
B-10 | MUST | test | parameter has 'definition' and 'destination'; destination has env and/or path | 101 "Parameters", "Resolving Destinations"
B-11 | MUST | test | credential has env and/or path | 101 "Credentials"
B-12 | MUST | test | output has 'definition' and 'path' | 101 "Outputs"
B-13 | MUST | test | output path strictly below '/cnab/app/outputs' and unique | 101 "Outputs"
B-14 | MUST | test | parameter/credential path not below '/cnab/app/outputs' | 101 "Parameters", "Credentials"
B-15 | MUST | test | 'install'/'upgrade'/'uninstall' not allowed as custom actions | 101 "Custom Actions"
B-16 | MUST | test | no tool-defined fields outside 'custom'; unknown fields handled consistently (always error or always ignore) | 101 "Custom Extensions"
B-17 | SHOULD | test | unknown 'custom' data preserved on rewrite | 101 "Custom Extensions"
B-18 | SHOULD | test | error when a parameter and a credential share an env name or a path | 101 "Resolving Destination Conflicts"
B-19 | SHOULD | test | reject declared env destinations beginning 'CNAB_' | 101 "Resolving Destination Conflicts"
B-20 | MUST | test | definitions are valid JSON Schema | 101 "Definitions"
B-21 | MUST | test | contentDigest present on all images before distribution | 101 "Invocation Images"; 100 "Summary"
B-22 | SHOULD | test | warn when a 'readOnly' parameter is supplied after install | 101 "Definitions"
B-23 | MUST | run | 'writeOnly' values never printed or logged | 101 "Definitions"

# Image selection and integrity
S-01 | MUST | test | no suitable invocation image -> error and stop | 101 "Invocation Images"
S-02 | MUST | test | several match -> run exactly one, the first listed | 101 "Invocation Images"
S-03 | MUST | run | contentDigest present -> verify image digest before running | 101 "Invocation Images"
S-04 | SHOULD | run | contentDigest absent -> report an error to the user | 101 "Invocation Images"
S-05 | MAY | run | a user override may allow S-04 | 101 "Invocation Images"
S-06 | MUST | run | digest compared is the registry manifest/index digest | 101 "Invocation Images"
S-07 | SHOULD/MAY | later: thick bundles and archives | size verified for thick (SHOULD), thin (MAY) | 101 "Invocation Images"

# Inputs
P-01 | MUST | test | user parameter values validated against definition before injection, outside the bundle | 103 "Validating Parameters"
P-02 | SHOULD | test | invalid value -> error, action not run | 103 "Setting Parameter Values"
P-03 | MUST | test | required + applicable + no value + no default -> error | 103; 101 "Parameters"
P-04 | MUST | test | default used when no value; it also satisfies 'required' | 103
P-05 | MUST | test | no value, no default -> empty string, not null/zero/false | 103
P-06 | SHOULD | test | non-strings as JSON text; strings unquoted | 103
P-07 | SHOULD | test | UTF-8 env; files UTF-8 with LF | 103
P-08 | MUST | test | 'env' destination -> env var of that name | 103; 101
P-09 | MUST | run | 'path' destination -> file whose content is exactly the value, readable by container's effective user; created even if empty | 103
P-10 | MUST | test | both -> both | 103; 101
P-11 | MUST | test | relative path treated as rooted at '/' | 103
P-12 | MAY | test | translate foreign absolute paths | 103
P-13 | MUST | test | resolved set = validated user values + defaults | 103 "Validating Parameters"; 400 "Parameters"
P-14 | MUST | test | parameters limited to actions in 'applyTo' (required-ness at least) | 101 "Parameters"
P-15 | MUST | test | required credential missing -> fail (stateful, applicable action) | 101 "Credentials"
P-16 | MUST | test | credential value goes to env and/or file as declared | 101 "Credentials"
P-17 | MUST | test | parameter never overrides a credential | 101 "Resolving Destination Conflicts"
P-18 | MUST | test | no parameter/credential overrides a 'CNAB_' variable | 101 "Resolving Destination Conflicts"
P-19 | MUST | run | injected file name must not pre-exist in the image | 101 "Parameters", "Credentials"
P-20 | MUST | run | files present before 'run' starts; never baked into the image | 103 "Mounting Files"
P-21 | SHOULD | run | injected files destroyed after the image exits | 103 "Mounting Files"
P-22 | MUST | run | in-container edits of credential files do not reach the source | 103 "Credential Files"
P-23 | MUST | run | credentials are not stored | 100 "Approach"; 400

# Running
R-01 | MUST | run | execute '/cnab/app/run' irrespective of image CMD/ENTRYPOINT | 103 "The Run Tool"
R-02 | MUST | run | mount bundle.json at '/cnab/bundle.json' | 103 "Bundle Definition"
R-03 | MUST | test | set CNAB_ACTION, CNAB_BUNDLE_NAME, CNAB_INSTALLATION_NAME with correct values | 103 "Environment Variables"
R-04 | MUST | test | installation names unique and made of graphic characters | 103 "Environment Variables"
R-05 | SHOULD/MUST | test | CNAB_REVISION on install (SHOULD), upgrade/uninstall (MUST) | 103 "The CNAB Revision Variable"
R-06 | MUST | test | new revision for each install/upgrade/uninstall and each 'modifies:true' custom action; none for 'modifies:false' | 103 "The CNAB Revision Variable"
R-07 | SHOULD | test | revision is a ULID | 103 "The CNAB Revision Variable"
R-08 | MUST | run | support sending install, upgrade, uninstall | 103 "Executing the Run Tool"
R-09 | MUST | run | no bundle-version comparison when acting on an existing installation | 103 "Executing the Run Tool"
R-10 | SHOULD | test | missing output with default -> default written to the output | 101 "Outputs"
R-11 | SHOULD | test | missing output without default -> reported as error | 101 "Outputs"
R-12 | MAY | test | validate outputs against definition | 101 "Outputs"
R-13 | IMPLIED | test | only outputs whose applyTo covers the action are expected | 101 "Outputs"

# Errors and state
E-01 | MUST | run | bundle error (non-zero exit) -> runtime issues an error | 103 "Executing the Run Tool"
E-02 | MUST | run | no error when a built-in action is requested that the bundle does not implement (bundle-side: exit 0) | 103 "Executing the Run Tool"
E-03 | MUST | run | after an error the installation state is undefined; later install/upgrade/uninstall must stay possible | 103 "Executing the Run Tool"
E-04 | MAY | run | runtime may error if a declared custom action cannot be executed by the image | 103 "Executing the Run Tool"

# Custom actions
A-01 | MUST | test | runtimes without custom-action support still accept bundles that declare them | 101 "Custom Actions"
A-02 | MUST | test | action given to the image is a built-in or a declared custom action | 103 "Environment Variables"
A-03 | MUST | test | stateless: never fail because credentials are missing; SHOULD still pass supplied ones | 101 "Custom Actions"
A-04 | MUST | run | stateless: usable on a non-existent installation and creates no record | 101 "Custom Actions"
A-05 | MUST | test | 'modifies' must be true if anything managed changes (author duty); absent = false | 101 "Custom Actions"

# Extensions
X-01 | MUST | run | check support for every 'requiredExtensions' entry before any action | 101 "Required Extensions"
X-02 | MUST | test | unsupported required extension -> notify the user (MAY then fail or proceed) | 101 "Required Extensions"
X-03 | SHOULD | test | unknown non-required extensions do not block | 101 "Required Extensions"
X-04 | MUST | test | author lists truly required extensions there | 101 "Required Extensions"

# Invocation image
I-01 | MUST | run | '/cnab/app' exists | 102 "The /cnab Directory"
I-02 | MUST | run | '/cnab/app/run' exists, executable bit set | 102 "The Run Tool"; 103
I-03 | MUST | run | nothing else in '/cnab' beyond the names that 102 gives | 102 "The /cnab Directory"
I-04 | MUST | run | run tool honours CNAB_ACTION | 102 "The Run Tool"
I-05 | SHOULD | run | image default command is '/cnab/app/run' | 103 "The Run Tool"
I-06 | SHOULD/MUST | run | implement install and uninstall; unimplemented built-ins exit without error | 103
I-07 | SHOULD | run | ship the Dockerfile in '/cnab/build' | 102 "The OPTIONAL /cnab/build Directory"
I-08 | MUST | run | no credential or parameter files baked in | 103 "Mounting Files"
I-09 | SHOULD | run | not handle undeclared actions | 101 "Custom Actions"

# Formats and relocation
F-01 | MUST | later: thick bundles and archives | any bundle representable thin and thick | 104 intro
F-02 | MUST/SHOULD | later: thick bundles and archives | runtime supports thin (MUST) and thick (SHOULD); if not thick, errors on one | 104 intro
F-03 | MUST | later: thick bundles and archives | thin is canonical JSON valid against the schema | 104 "Thin Bundles"
F-04 | MUST | later: thick bundles and archives | thick holds bundle.json plus all invocation images and images | 104 "Thick Bundles"
F-05 | SHOULD/MUST | later: thick bundles and archives | gzipped tar (SHOULD); 'bundle.json' at archive root (MUST) | 104 "File Format"
F-06 | MUST/SHOULD | later: thick bundles and archives | images below 'artifacts/layout' (MUST), as an OCI image layout (SHOULD) | 104 "File Format"
F-07 | MAY | later: thick bundles and archives | other root directories allowed | 104 "File Format"
F-08 | MUST | later: thick bundles and archives | decompose/recompose keeps contentDigests, bundle.json bytes and compression level so the archive digest still matches | 104 "Transmitting"
L-01 | MUST | test | relocation map keys include every image reference of the bundle (invocation and component) | 103 "Image Relocation"
L-02 | MUST | test | semantically equal references ('ubuntu', 'library/ubuntu') appear as separate keys with semantically equal values; tag/digest differences are not equality | 103 "Image Relocation"
L-03 | MAY | run | mounted at '/cnab/app/relocation-mapping.json' | 103 "Image Relocation"
L-04 | IMPLIED | run | runtime runs the relocated invocation image | 805 "Image Relocation"

# Claims
C-01 | MUST | run | claim is created before the action and never modified | 400 "Anatomy of a Claim"
C-02 | MUST | run | last modifying claim retained; last result of a retained claim retained | 400 "Anatomy", "Claim Results"
C-03 | MUST | test | new ULID 'id' per claim; 'revision' changes only on modification | 400 "Anatomy"
C-04 | MUST | run | resolved parameters stored, incl. defaults and sensitive ones; no way to suppress | 400 "Parameters", "Credentials, Parameters, and Claims"
C-05 | MUST | run | credentials never stored | 400 "Parameters", "Credentials, Parameters, and Claims"
C-06 | MUST | run | final status recorded per claim | 400 "Claim Results"
C-07 | MUST | test | results immutable; several per claim possible | 400 "Claim Results"
C-08 | MUST | test | the CNAB_* variables, with CNAB_CLAIMS_VERSION and CNAB_REVISION, injected | 400 "Environment Variables"
C-09 | MUST | test | current claim mounted at '/cnab/claim.json' | 400 "Files"
C-10 | SHOULD | run | 'pending'/'running' eventually resolved to a final status | 400 "Claim Results"
C-11 | MUST | test | 'status' is one of the six values | 400 "Claim Results"
C-12 | SHOULD | test | bundleReference is digested | 400 "Anatomy"

# Registries / security / dependencies
G-01 | MUST | run | unmodified canonical bundle.json stored as a blob, referenced by digest from a manifest | 201
G-02 | SHOULD/MAY | test | config media type application/vnd.cnab.bundle.config.v1+json (SHOULD) or application/vnd.oci.image.config.v1+json (MAY); application/vnd.cnab.config.v1+json is in use too | 201
G-03 | SHOULD | run | top level is an OCI index (MAY be Docker manifest list) | 201
G-04 | MUST | run | 'manifests' order: config, invocation images, component images | 201
G-05 | SHOULD | test | several invocation images / multi-arch components grouped by an index | 201
V-01 | MUST | later: signatures | verification workflow of 303 | 303
D-01 | MUST | later: dependencies | non-empty 'sequence' is followed unless the runtime resolves the graph itself | 500
D-02 | MUST | later: dependencies | 'custom["io.cnab.dependencies"]' reserved for this spec | 500
`;

/** Every numbered requirement of CNAB Core 1.2, Claims 1.0, Registries, Security and Dependencies. */
export const requirements: readonly Requirement[] = parse(TABLE);

function parse(table: string): readonly Requirement[] {
  return table.split(/^# /m).flatMap((section) => {
    const [group = "", ...lines] = section.split("\n");
    return lines.filter((line) => line.trim() !== "").map((line) => toRequirement(group, line));
  });
}

function toRequirement(group: string, line: string): Requirement {
  const [id, levels, shown, text, source] = line.split(" | ");
  if (id === undefined || levels === undefined || shown === undefined) {
    throw new RequirementTableError(line);
  }
  if (!/^[A-Z]-\d{2}$/.test(id) || text === undefined || source === undefined) {
    throw new RequirementTableError(line);
  }
  const known = { id, group, levels: levels.split("/").map(toLevel), text, source };
  if (shown === "test" || shown === "run") return { ...known, status: "covered", citedBy: shown };
  const reason = /^later: (.+)$/.exec(shown)?.[1];
  if (reason === undefined) throw new RequirementTableError(line);
  return { ...known, status: "later", citedBy: "test", reason };
}

function toLevel(level: string): Level {
  const known = (["MUST", "SHOULD", "MAY", "IMPLIED"] as const).find((one) => one === level);
  if (known === undefined) throw new RequirementTableError(level);
  return known;
}
