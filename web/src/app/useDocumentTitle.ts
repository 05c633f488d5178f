import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { countsQuery } from "@/conversations/conversations";
import { useInstallation } from "@/session/session";

/** The tab says how much is unread. */
export function useDocumentTitle(): void {
  const { name } = useInstallation();
  const { data } = useQuery({ ...countsQuery, enabled: (query) => query.state.data !== undefined });
  const unread = data?.unread ?? 0;
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${name}` : name;
  }, [name, unread]);
}
