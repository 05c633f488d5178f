import { useState } from "react";

export function useSheet(): { open: boolean; toggle: () => void } {
  const [open, setOpen] = useState(false);
  return { open, toggle: () => setOpen((was) => !was) };
}
