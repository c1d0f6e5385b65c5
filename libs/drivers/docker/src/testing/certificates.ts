import { runCommand } from "@gantry/process";

/** Makes a CA, a server's certificate for 127.0.0.1 and a client's, named as the docker CLI names them. */
export async function makeCertificates(dir: string): Promise<void> {
  const script = `set -e
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test-ca -keyout ca-key.pem -out ca.pem
sign() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$2key.pem" -out "$2.csr"
  printf '%s\\n' "$3" > "$2.ext"
  openssl x509 -req -days 2 -in "$2.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -extfile "$2.ext" -out "$2cert.pem"
}
sign server server- "subjectAltName=IP:127.0.0.1"
sign client "" "extendedKeyUsage=clientAuth"`;
  const { exit, stderr } = await runCommand("sh", ["-c", script], {
    cwd: dir,
    env: { PATH: process.env["PATH"] },
  });
  if (exit.code !== 0) throw new TypeError(`openssl failed: ${stderr.toString("utf8")}`);
}
