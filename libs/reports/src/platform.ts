import { z } from "zod";

/** What an image runs on, as OCI names it: Go's `GOOS` and `GOARCH`, with the CPU variant where one matters. */
export const Platform = z.object({
  os: z.string().min(1),
  architecture: z.string().min(1),
  variant: z.string().min(1).exactOptional(),
});
export type Platform = z.infer<typeof Platform>;

/** `os/architecture[/variant]`, the way `--platform` writes it. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** The platform that `text` (`os/architecture[/variant]`) names; `undefined` when it is not of that form. */
export function parsePlatform(text: string): Platform | undefined {
  const [os, architecture, variant, ...rest] = text.split("/");
  if (!os || !architecture || variant === "" || rest.length > 0) return undefined;
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}
