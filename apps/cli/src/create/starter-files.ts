/** A file of a new bundle. */
export interface StarterFile {
  readonly name: string;
  readonly text: string;
  readonly isExecutable?: true;
}

/** The files of a new bundle called `name`, which builds and installs as it is. */
export function starterFiles(name: string): readonly StarterFile[] {
  return [
    { name: "porter.yaml", text: head(name) + actions(name) },
    { name: "helpers.sh", text: HELPERS, isExecutable: true },
    { name: "template.Dockerfile", text: TEMPLATE },
    { name: ".dockerignore", text: DOCKERIGNORE },
    { name: ".gitignore", text: "/.cnab/\n" },
    { name: "README.md", text: readme(name) },
  ];
}

const head = (
  name: string,
): string => `# What goes into this file: https://porter.sh/docs/bundle/manifest/
schemaType: Bundle
schemaVersion: 1.0.1
name: ${name}
version: 0.1.0
description: "A bundle made by gantry create"
registry: localhost:5000

# Uncomment to say yourself what the image is built from.
# dockerfile: template.Dockerfile

mixins:
  - exec

parameters:
  - name: name
    type: string
    default: World

outputs:
  - name: greeting
    type: string
    applyTo:
      - install
      - upgrade

`;

const actions = (name: string): string => `install:
  - exec:
      description: "Install ${name}"
      command: ./helpers.sh
      arguments:
        - install
        - "\${ bundle.parameters.name }"
      outputs:
        - name: greeting
          regex: "(Hello, .*)"

upgrade:
  - exec:
      description: "Upgrade ${name}"
      command: ./helpers.sh
      arguments:
        - upgrade
        - "\${ bundle.parameters.name }"
      outputs:
        - name: greeting
          regex: "(Hello again, .*)"

uninstall:
  - exec:
      description: "Uninstall ${name}"
      command: ./helpers.sh
      arguments:
        - uninstall
`;

const HELPERS = `#!/bin/sh
set -eu

install() {
  echo "Hello, $1"
}

upgrade() {
  echo "Hello again, $1"
}

uninstall() {
  echo "Goodbye"
}

"$@"
`;

const TEMPLATE = `# Used once porter.yaml says "dockerfile: template.Dockerfile".
ARG BASE=debian:stable-slim
FROM \${BASE}

# PORTER_INIT

# What the bundle's steps need goes here, for example:
# RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*

# PORTER_MIXINS
`;

const DOCKERIGNORE = `.gitignore
.git
README.md
template.Dockerfile
`;

const readme = (name: string): string => `# ${name}

    gantry build                        # build the image
    gantry install --param name=You     # run it; builds first if something changed
    gantry show ${name}
    gantry outputs list -i ${name}
    gantry uninstall ${name} --delete

* \`porter.yaml\` says what the bundle is and what each action does.
* \`helpers.sh\` holds what its steps run.
* \`template.Dockerfile\` is for an image of your own making; porter.yaml says how to use it.
`;
