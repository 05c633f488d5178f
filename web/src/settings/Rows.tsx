import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ErrorState } from "@/ui/ErrorState";

type Props<T extends { id: string }> = {
  query: UseQueryResult<T[]>;
  label: string;
  empty: string;
  children: (item: T) => ReactNode;
};

/** A short list from the server: hairlines between rows, rows' shapes while it loads, a word when it is empty. */
export function Rows<T extends { id: string }>({ query, label, empty, children }: Props<T>) {
  const { t } = useTranslation();
  if (query.isPending) {
    return (
      <div role="status" aria-label={t("common.loading")} className="grid gap-4 border-t py-4">
        <div className="h-4 w-2/3 skeleton" />
        <div className="h-4 w-1/2 skeleton" />
      </div>
    );
  }
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.length === 0) return <p className="border-t py-4 text-list text-ink-soft">{empty}</p>;
  return (
    <ul aria-label={label} className="border-t">
      {query.data.map((item) => (
        <li key={item.id} className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 border-b py-2">
          {children(item)}
        </li>
      ))}
    </ul>
  );
}
