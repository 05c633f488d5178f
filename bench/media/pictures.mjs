/** A provider's store of pictures: whatever is asked for, the same one comes, each with an end of its own. */
import { createServer } from "node:http";

/**
 * @param {Buffer} picture a JPEG; what follows its end changes its hash and nothing else
 * @returns {Promise<{url: string, served: () => number}>}
 */
export async function startPictures(picture) {
  let served = 0;
  const server = createServer((request, response) => {
    const end = Buffer.from(request.url);
    served += 1;
    response.writeHead(200, {
      "content-type": "image/jpeg",
      "content-length": picture.length + end.length,
    });
    response.write(picture);
    response.end(end);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, served: () => served };
}
