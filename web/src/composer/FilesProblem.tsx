import { CircleAlert } from "lucide-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { channelName } from "@/lib/channels";
import { fileSize } from "@/lib/files";
import { Banner } from "@/ui/Banner";

import type { MediaProblem } from "./mediaLimits";
import type { ComposerState } from "./useComposer";

/** Why the files cannot go along like this, and the ways out. */
export function FilesProblem({ composer }: { composer: ComposerState }) {
  const { t } = useTranslation();
  const { line, attached, chooseLine } = composer;
  if (!attached.problem || !line) return null;
  return (
    <Banner tone="warning" icon={CircleAlert} className="mb-2 rounded-md">
      {problemText(t, attached.problem, `${line.name} (${channelName(t, line.channel)})`)}
      {attached.otherLines.map((other) => (
        <button
          key={other.id}
          type="button"
          className="ms-2 rounded-sm font-semibold underline underline-offset-2"
          onClick={() => chooseLine(other.id)}
        >
          {t("composer.files.useLine", { line: other.name, channel: channelName(t, other.channel) })}
        </button>
      ))}
    </Banner>
  );
}

function problemText(t: TFunction, problem: MediaProblem, line: string): string {
  const max = "max" in problem ? problem.max : 0;
  const words = { line, name: "name" in problem ? problem.name : "", size: fileSize(max), count: max };
  return t(`composer.files.problem.${problem.kind}`, words);
}
