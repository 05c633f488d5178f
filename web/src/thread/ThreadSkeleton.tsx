import { clsx } from "clsx";
import { useTranslation } from "react-i18next";

export function HeaderSkeleton() {
  return (
    <div className="flex min-h-14 shrink-0 items-center gap-3 border-b px-4 safe-top">
      <div className="size-9 skeleton rounded-full" />
      <div className="h-4 w-36 skeleton" />
    </div>
  );
}

const shapes = ["w-1/2 h-10", "w-1/3 h-9", "w-2/5 h-14 out", "w-1/4 h-9 out", "w-3/5 h-14", "w-1/3 h-9 out"];

/** Bubbles in the shape of a talk, while it loads. */
export function ThreadSkeleton() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t("common.loading")}
      className="flex min-h-0 flex-1 flex-col justify-end gap-3 p-4"
    >
      {shapes.map((shape) => (
        <div
          key={shape}
          className={clsx("skeleton rounded-bubble", shape, shape.endsWith("out") && "self-end")}
        />
      ))}
    </div>
  );
}
