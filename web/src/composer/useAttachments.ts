import { useEffect, useSyncExternalStore } from "react";

import type { Line, Media, Way } from "@/api/types";
import { useWriting } from "@/live/LiveProvider";

import type { Attachment } from "./attachments";
import { fileProblem, type MediaProblem, mediaProblem, takes } from "./mediaLimits";
import { lineOf } from "./ways";

export type AttachedFiles = {
  files: readonly Attachment[];
  /** What stands against sending them by the chosen line. */
  problem: MediaProblem | undefined;
  /** Other lines that reach the person and take all of them. */
  otherLines: Line[];
  /** All of them are with the server, and nothing stands against them. */
  ready: boolean;
  media: Media[];
};

/** The files of a reply. What its line takes leaves for the server at once; the rest stays here, with the reason. */
export function useAttachments(
  conversationId: string,
  line: Line | undefined,
  { lines, ways }: { lines: Line[]; ways: Way[] | undefined },
): AttachedFiles {
  const { attachments } = useWriting();
  const files = useSyncExternalStore(attachments.subscribe, () => attachments.of(conversationId));
  const limits = line?.media;
  useEffect(() => {
    if (!line) return;
    for (const file of files)
      if (file.state === "waiting" && !fileProblem(limits, file)) attachments.start(file.key);
  }, [attachments, files, line, limits]);
  const problem = line && mediaProblem(limits, files);
  const media = files.flatMap((file) => file.media ?? []);
  return {
    files,
    problem,
    otherLines: problem ? reaching(ways, lines).filter((each) => takes(each, files)) : [],
    ready: problem === undefined && media.length === files.length,
    media,
  };
}

/** The lines by which a text of one's own would reach the person. */
const reaching = (ways: Way[] | undefined, lines: Line[]): Line[] =>
  (ways ?? []).filter((way) => way.reaches).flatMap((way) => lineOf(way, lines) ?? []);
