import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { onSignedOut } from "@/api/client";
import { createQueryClient } from "@/api/queryClient";
import { endSession } from "@/session/session";
import { HintLayer } from "@/ui/HintLayer";
import { preloadOverlays } from "@/ui/lazyOverlays";
import { Toasts } from "@/ui/Toasts";

import { createAppRouter } from "./router";

/** Everything the pages stand in. */
export function App() {
  const [client] = useState(createQueryClient);
  const [router] = useState(() => createAppRouter(client));
  useEffect(preloadOverlays, []);
  useEffect(
    () =>
      onSignedOut(() => {
        const { pathname, href } = router.state.location;
        if (pathname === "/sign-in") return;
        void endSession(client, () => router.navigate({ to: "/sign-in", search: { return: href } }));
      }),
    [client, router],
  );
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
      <Toasts />
      <HintLayer />
    </QueryClientProvider>
  );
}
