import type { QueryClient } from "@tanstack/react-query";

import { ApiError } from "@/api/errors";
import type { Message, User } from "@/api/types";
import { Attachments } from "@/composer/attachments";
import { outboxPorts, reasonOf } from "@/composer/deliver";
import { Drafts } from "@/composer/drafts";
import { Outbox } from "@/composer/outbox";
import { upload } from "@/composer/upload";
import { createStore, type Store } from "@/lib/store";
import { sessionKey } from "@/session/session";

import {
  applyEvent,
  type OvertakenAnswers,
  overtakenAnswers,
  refetchEverything,
  refetchOlderThan,
} from "./apply";
import { LiveConnection } from "./connection";

/** What lives as long as somebody is signed in. */
export type Live = {
  drafts: Drafts;
  attachments: Attachments;
  outbox: Outbox;
  connection: LiveConnection;
  /** The last incoming message, for those who cannot see it arrive. */
  heard: Store<Message | undefined>;
  /** Begins; returns the way to end. */
  start: () => () => void;
};

export function createLive(client: QueryClient, user: User): Live {
  const drafts = new Drafts(user.id);
  const attachments = new Attachments({
    upload,
    newKey: () => crypto.randomUUID(),
    preview: (file) => URL.createObjectURL(file),
    release: (preview) => URL.revokeObjectURL(preview),
    reasonOf: (error) => (error instanceof ApiError ? reasonOf(error) : undefined),
  });
  const outbox = new Outbox(user.id, outboxPorts(client, { drafts, attachments }));
  const heard = createStore<Message | undefined>(undefined);
  const listen = (message: Message): void => {
    outbox.noticeMessage(message, message.author?.id === user.id);
    if (message.direction === "inbound") heard.set(message);
  };
  const overtaken = overtakenAnswers(client);
  const connection = new LiveConnection("/api/events", {
    onEvent: (kind, data) => {
      if (kind === "resync") overtaken.noteGap();
      else overtaken.note({ kind, data });
      applyEvent(client, kind, data, listen);
    },
    onGap: () => {
      overtaken.noteGap();
      refetchEverything(client);
    },
    onRefused: () => void client.invalidateQueries({ queryKey: sessionKey }),
  });
  return {
    drafts,
    attachments,
    outbox,
    connection,
    heard,
    start: () => start(client, { outbox, connection, overtaken }),
  };
}

type Parts = { outbox: Outbox; connection: LiveConnection; overtaken: OvertakenAnswers };

function start(client: QueryClient, { outbox, connection, overtaken }: Parts): () => void {
  let opened = false;
  const unsubscribe = connection.status.subscribe(() => {
    if (connection.status.get() !== "live") return;
    if (!opened) {
      overtaken.noteGap();
      refetchOlderThan(client, Date.now());
    }
    opened = true;
    outbox.wake();
  });
  const unwatch = overtaken.start();
  const online = (): void => {
    connection.hurry();
    outbox.wake();
  };
  window.addEventListener("online", online);
  connection.start();
  outbox.open();
  return () => {
    unsubscribe();
    unwatch();
    window.removeEventListener("online", online);
    connection.stop();
    outbox.close();
  };
}
