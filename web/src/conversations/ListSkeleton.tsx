import { useTranslation } from "react-i18next";

const widths = ["w-28", "w-36", "w-24", "w-32", "w-40", "w-28", "w-32", "w-24", "w-36"];

/** Rows in the shape of conversations, while they load. */
export function ListSkeleton({ rowHeight }: { rowHeight: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")} className="min-h-0 flex-1 overflow-hidden">
      {widths.map((width, index) => (
        <div key={index} className="flex items-center gap-3 px-3" style={{ height: rowHeight }}>
          <div className="size-9 skeleton rounded-full" />
          <div className="min-w-0 flex-1 space-y-2">
            <div className={`h-3 skeleton ${width}`} />
            {rowHeight > 50 && <div className="h-3 w-4/5 skeleton" />}
          </div>
        </div>
      ))}
    </div>
  );
}
