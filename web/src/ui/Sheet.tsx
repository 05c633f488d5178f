import { type ReactNode, Suspense } from "react";

import { SheetOverlay } from "./lazyOverlays";
import { useModal } from "./useModal";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; title: string; children: ReactNode };

/** A pane that slides over the page, where there is no room for it beside the others. */
export function Sheet(props: Props) {
  const { needed } = useModal(props.open);
  return (
    needed && (
      <Suspense>
        <SheetOverlay {...props} />
      </Suspense>
    )
  );
}
