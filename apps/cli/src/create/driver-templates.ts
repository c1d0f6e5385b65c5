/** What drivers can be started in, and where each template is, seen from the folder of this package. */
export const TEMPLATES = {
  python: "../../examples/driver-python",
  sh: "templates/driver-sh",
  ts: "templates/driver-ts",
} as const;

export type TemplateLanguage = keyof typeof TEMPLATES;

export const TEMPLATE_LANGUAGES = [
  "ts",
  "python",
  "sh",
] as const satisfies readonly TemplateLanguage[];
