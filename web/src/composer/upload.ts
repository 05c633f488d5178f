import { notifySignedOut } from "@/api/client";
import { toApiError, Unreachable } from "@/api/errors";
import type { Media } from "@/api/types";

export type Upload = (file: File, onProgress: (share: number) => void, signal: AbortSignal) => Promise<Media>;

/** Brings a file to the server. `fetch` cannot tell how much of it has left, so this is the older way. */
export const upload: Upload = (file, onProgress, signal) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const unreachable = (): void => reject(new Unreachable("The file broke off on its way"));
    signal.addEventListener("abort", () => request.abort());
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      onProgress(total ? loaded / total : 0),
    );
    request.addEventListener("error", unreachable);
    request.addEventListener("abort", unreachable);
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      if (request.status === 201) {
        resolve(answer as Media);
      } else {
        if (request.status === 401) notifySignedOut();
        reject(toApiError(answer, request.status));
      }
    });
    request.open("POST", `/api/media?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.send(file);
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
