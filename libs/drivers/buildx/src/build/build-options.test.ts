import { expect, it } from "vitest";
import { csv } from "./build-options.ts";

it("quotes what would end a field", () => {
  expect(csv(["type=local", 'src=/a, b/"c"'])).toBe('type=local,"src=/a, b/""c"""');
});
