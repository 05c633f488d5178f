/** Files to send along. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A photograph of the office, as large as phones make them is not needed. */
export const PICTURE = {
  name: "the treatment room with the window to the harbour.png",
  mimeType: "image/png",
  buffer: readFileSync(fileURLToPath(new URL("../../../docs/inbox.png", import.meta.url))),
};

export const DOCUMENT = {
  name: "prices.pdf",
  mimeType: "application/pdf",
  buffer: Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"),
};

/** No channel for texts takes such a thing. */
export const ARCHIVE = {
  name: "everything.zip",
  mimeType: "application/zip",
  buffer: Buffer.from("PK\u0005\u0006".padEnd(22, "\u0000")),
};
