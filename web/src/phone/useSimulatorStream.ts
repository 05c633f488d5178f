import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { phoneOf, withPhoneMessage } from "./phoneCache";
import { type PhoneMessage, simulatorKeys } from "./simulator";

/** Keeps the phones live while their page is open. */
export function useSimulatorStream(): void {
  const client = useQueryClient();
  useEffect(() => {
    const source = new EventSource("/simulator/stream");
    let dropped = false;
    source.addEventListener("error", () => {
      dropped = true;
    });
    source.addEventListener("open", () => {
      // The stream has no memory: what happened while it was away is asked for.
      if (dropped) void client.invalidateQueries({ queryKey: ["phone"] });
      dropped = false;
    });
    source.addEventListener("message", (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as PhoneMessage;
      client.setQueryData<PhoneMessage[]>(
        simulatorKeys.phone(phoneOf(message)),
        (messages) => messages && withPhoneMessage(messages, message),
      );
    });
    return () => source.close();
  }, [client]);
}
