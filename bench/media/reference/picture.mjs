/** Makes a picture as a phone sends it, 2048 by 1536, with the detail that keeps it from being small; on standard output. */
import sharp from "sharp";

const [width, height] = [2048, 1536];
const noise = { type: "gaussian", mean: 128, sigma: 40 };
const picture = sharp({ create: { width, height, channels: 3, background: "#808080", noise } })
  .blur(1.5)
  .jpeg({ quality: 85 });
process.stdout.write(await picture.toBuffer());
