import { type ReactNode, Suspense } from "react";

import { DialogOverlay } from "./lazyOverlays";
import { useModal } from "./useModal";

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  children: ReactNode;
};

/** A dialog in the middle of the page. */
export function Dialog(props: Props) {
  const { needed } = useModal(props.open);
  return (
    needed && (
      <Suspense>
        <DialogOverlay {...props} />
      </Suspense>
    )
  );
}
