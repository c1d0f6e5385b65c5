import { expect, test } from "vitest";
import { TemplateError, delimitersOf, renderNode } from "./render-node.ts";
import { MINIMAL, parsed } from "./sample-manifest.ts";
import { usedVariables } from "./variables.ts";

const scope = {
  bundle: {
    name: "b",
    parameters: {
      "log-level": 3,
      on: true,
      odd: 'a: "b"\n- ${bundle.name} {{c}} <&>',
      obj: { k: [1, { z: null }] },
      none: null,
    },
    list: [{ n: 1 }, { n: 2 }],
  },
  env: { "dotted.name": "d" },
};

function render(node: unknown) {
  return renderNode(node, scope, { delimiters: ["${", "}"], where: 'step 1 of "install"' });
}

test.each([
  ["plain", "plain"],
  ["${bundle.name}", "b"],
  ["x ${ bundle.name } y ${bundle.parameters.log-level}", "x b y 3"],
  ["${bundle.parameters.odd}", 'a: "b"\n- ${bundle.name} {{c}} <&>'],
  ["${bundle.parameters.log-level}", 3],
  ["${bundle.parameters.on}", true],
  ["${bundle.parameters.obj}", '{"k":[1,{"z":null}]}'],
  ["${{ bundle.parameters.obj }}", '{"k":[1,{"z":null}]}'],
  ["${bundle.parameters.obj.k}", '[1,{"z":null}]'],
  ["${bundle.parameters.none}!", "!"],
  ["${env.dotted.name}", "d"],
  ["${#bundle.list}<${n}>${/bundle.list}", "<1><2>"],
  ["${^bundle.nothing}no${/bundle.nothing}", "no"],
  ["$HOME $(date) {{ bundle.name }}", "$HOME $(date) {{ bundle.name }}"],
])("renders %j to %j", (text, expected) => {
  expect(render(text)).toEqual(expected);
});

test("renders texts and keys however deep, and nothing else", () => {
  const node = { a: [1, null, true, { "${bundle.name}": "${bundle.parameters.odd}" }] };

  expect(render(node)).toEqual({ a: [1, null, true, { b: scope.bundle.parameters.odd }] });
});

test.each([
  [
    "${bundle.parameters.missing}",
    'step 1 of "install": there is no variable "bundle.parameters.missing"',
  ],
  ["${constructor}", 'there is no variable "constructor"'],
  ["${bundle.name.length}", 'there is no variable "bundle.name.length"'],
  ["${bundle.name", "is not a valid template"],
  ["${#bundle.list}", "is not a valid template"],
  ["${> file}", "there are no partials"],
])("refuses %s and says where", (text, message) => {
  expect(() => render(text)).toThrow(TemplateError);
  expect(() => render(text)).toThrow(message);
});

test("uses the delimiters of the manifest's version", () => {
  const old = parsed(
    `${MINIMAL.replace("1.0.1", "1.0.0-alpha.1")}upgrade: [{exec: {command: echo, arguments: ["{{ bundle.name }} \${x}"]}}]\n`,
  );

  expect(delimitersOf(old)).toEqual(["{{", "}}"]);
  expect(usedVariables(old)).toEqual([
    { variable: "bundle.name", action: "upgrade", stepNumber: 1 },
  ]);
});

test("finds the variables of all steps, also inside sections and keys", () => {
  const manifest = parsed(
    `${MINIMAL}upgrade: [{exec: {command: "\${a}", envs: {"\${b}": "\${#c}\${d}\${/c}"}, arguments: ["\${broken"]}}]\n`,
  );

  expect(usedVariables(manifest).map(({ variable }) => variable)).toEqual(["a", "b", "c", "d"]);
});
