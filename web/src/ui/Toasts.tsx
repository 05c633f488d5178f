import { useStore } from "@/lib/store";

import { dismissToast, toasts } from "./toasts";

/** Where toasts appear. A live region that is always there, so that screen readers hear what enters it. */
export function Toasts() {
  const current = useStore(toasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-50 flex flex-col items-center gap-2 px-4 two:bottom-6"
    >
      {current.map((toast) => (
        <div
          key={toast.id}
          className="pointer-events-auto flex min-h-10 max-w-full items-center gap-4 rounded-md bg-ink px-4 py-2 text-list text-surface shadow-float"
        >
          <span className="user-text min-w-0">{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              className="-mr-1 rounded-sm px-1 font-semibold underline underline-offset-2"
              onClick={() => {
                toast.action?.run();
                dismissToast(toast.id);
              }}
            >
              {toast.action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
