// Written by `npm run api:generate` from docs/openapi.json. Not to be edited by hand.

export interface paths {
    "/api/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is wrong, what was lately, and who is told. */
        get: operations["list_alerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells everyone named in the configuration, so that it can be seen whether they hear it. */
        post: operations["test_alerts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts/{id}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Nobody is told more of an open alert for a while. It stays open and shown. */
        post: operations["mute_alert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change one's own password
         * @description Every other session of the user ends.
         */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Does no harm when nobody is signed in.
         */
        post: operations["sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign up
         * @description The first one becomes the owner; everyone after needs an invitation made for the same address.
         */
        post: operations["sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules of sending. */
        get: operations["read_settings"];
        /** Changes the rules of sending. They count from now on, also for what waits. */
        put: operations["change_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The contacts, the last changed first. */
        get: operations["list_contacts"];
        put?: never;
        /** Adds a contact. */
        post: operations["create_contact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/contacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One contact. */
        get: operations["get_contact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes a contact. */
        patch: operations["update_contact"];
        trace?: never;
    };
    "/api/contacts/{id}/best-time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When somebody usually writes, with the evidence. */
        get: operations["read_best_time"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/contacts/{id}/block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Blocks a contact: nothing is sent to their number or email address, through any line. */
        put: operations["block_contact"];
        post?: never;
        /** Lifts a block. */
        delete: operations["unblock_contact"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/contacts/{id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The consent of a contact, and how we know. */
        get: operations["contact_consent"];
        put?: never;
        /** Writes a word on consent into the ledger. */
        post: operations["record_consent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/contacts/{id}/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What personas learned about a contact. */
        get: operations["list_facts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/content-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The templates of WhatsApp as the provider last told of them, by name. */
        get: operations["list_content_templates"];
        put?: never;
        /** Makes a template and asks WhatsApp to approve it. It can be sent once WhatsApp has. */
        post: operations["create_content_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/content-templates/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks the provider for its templates now, and gives them. */
        post: operations["sync_content_templates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The conversations, the last active first. */
        get: operations["list_conversations"];
        put?: never;
        /** Opens the conversation with someone, a new one if there is none. */
        post: operations["open_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One conversation. */
        get: operations["get_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Sets the status of a conversation. */
        patch: operations["update_conversation"];
        trace?: never;
    };
    "/api/conversations/{id}/persona": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who answers in a conversation: whether personas do, what they did, and what it cost. */
        get: operations["get_conversation_persona"];
        /** Switches personas off in a conversation, or gives it back to them. */
        put: operations["set_conversation_persona"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks everything in a conversation as read. */
        post: operations["mark_conversation_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks a conversation as unread, to come back to it. */
        post: operations["mark_conversation_unread"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}/ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** By which lines the person of a conversation can be written to now, and why not by the others. */
        get: operations["list_ways"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was not delivered, newest first. */
        get: operations["list_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters/drop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Drops dead letters: they are kept in their threads, and are no longer asked about. */
        post: operations["drop_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why messages were not delivered, and how many for each reason. */
        get: operations["list_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends dead letters again, through another line or with another text if wanted. They leave after ten
         *     seconds, so that it can be undone.
         */
        post: operations["retry_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undoes an action: what was to be sent again is called off, what was dropped comes back. */
        post: operations["undo_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Looks whether everything works together: the database, the public address, the providers. Nothing is changed; it
         *     may take some seconds.
         */
        post: operations["examine"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What went wrong in the background, newest first. */
        get: operations["list_errors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/errors/rate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many webhooks came and how many tries failed, in steps of equal length. */
        get: operations["read_error_rate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes as they happen, as server-sent events: `message`, `conversation` and `contact` carry the thing as
         *     it is now; `ping` comes every 15 seconds; `resync` means that too much was missed and everything has to be fetched anew; `session` that
         *     the session has ended.
         */
        get: operations["stream_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/facts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forgets something that a persona learned. */
        delete: operations["delete_fact"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List invitations */
        get: operations["list_invitations"];
        put?: never;
        /**
         * Invite someone
         * @description Inviting an address again gives a new link; the one before does not work any more.
         */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what an invitation offers
         * @description `id` is the secret end of its link.
         */
        get: operations["read_invitation"];
        put?: never;
        post?: never;
        /** Withdraw an invitation */
        delete: operations["withdraw_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/journal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every webhook as it came, newest first, with what became of it. */
        get: operations["list_journal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/journal/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Processes webhooks again: those named, or all that a search finds, a thousand at a time. What they did before is
         *     not done twice.
         */
        post: operations["replay_entries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/journal/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook: the request as it came with secrets hidden, its tries, and what it became. */
        get: operations["read_journal_entry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/journal/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Processes a webhook again. What it did before is not done twice. */
        post: operations["replay_entry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each provider wants to know of a line, and where it stands in the provider's console. */
        get: operations["list_line_providers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All lines with their settings: those of the configuration first. */
        get: operations["list_line_settings"];
        put?: never;
        /** Makes a line, which is in use at once. */
        post: operations["create_line"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-settings/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks at the provider whether a line could be made like this. Nothing is stored, changed or sent. */
        post: operations["check_new_line"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-settings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One line with its settings. */
        get: operations["get_line_settings"];
        put?: never;
        post?: never;
        /** Takes a line out of use. Its history stays; for a day it can be restored. */
        delete: operations["remove_line"];
        options?: never;
        head?: never;
        /** Changes a line; what is left out stays. */
        patch: operations["change_line"];
        trace?: never;
    };
    "/api/line-settings/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks at the provider whether a line is as it should be. */
        post: operations["check_line"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-settings/{id}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a line new credentials. A former one that webhooks may still be signed with is accepted until it is retired. */
        post: operations["rotate_credentials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-settings/{id}/credentials/former": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Former credentials are no longer accepted. */
        delete: operations["retire_credentials"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-settings/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts a removed line to use again. */
        post: operations["restore_line"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-settings/{id}/signatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why signatures of webhooks to a line did not hold, and what to change. */
        get: operations["list_signature_findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-settings/{id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What would have to be changed at the provider so that it calls us, and what can be undone. */
        get: operations["get_line_webhooks"];
        put?: never;
        /** Sets the webhooks at the provider. What was set before is kept, so that it can be undone. */
        post: operations["set_line_webhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/line-settings/{id}/webhooks/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings back what was set before the last time. What somebody changed since is left alone. */
        post: operations["undo_line_webhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lines that messages can be sent through, the default first. */
        get: operations["list_lines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lines/{id}/breaker": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops a line, or lets it send again. */
        post: operations["move_breaker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a file that is to be sent along: the body is the file. What no message took within a day is deleted. */
        post: operations["upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file that came or goes with a message. Sound and film can be had in parts. */
        get: operations["get_media"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/{id}/fetch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks once more for a file that could not be had. */
        post: operations["fetch_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/{id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A small picture of a picture: JPEG or PNG, no side longer than 640 pixels. */
        get: operations["get_thumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages, newest first, of one conversation or of all. */
        get: operations["list_messages"];
        put?: never;
        /** Accepts a message. The answer comes when it is safe on disk; it is sent right after. */
        post: operations["send_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accepts up to 10,000 messages; each is accepted or refused on its own. */
        post: operations["send_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what would happen to a message: whether it would be accepted, held or refused, and why. */
        post: operations["check_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One message and its delivery timeline. */
        get: operations["get_message"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes a message that has not left: its text, its time, its priority. */
        patch: operations["change_message"];
        trace?: never;
    };
    "/api/messages/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls a message off that has not left yet. */
        post: operations["cancel_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an email has beside its text. */
        get: operations["get_email"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}/html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An email as its sender laid it out, cleaned, as a document for a frame without rights. */
        get: operations["get_email_html"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends the text of a message that failed once more, as a new message. */
        post: operations["retry_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}/send-now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a scheduled message leave now. The gate still has its say. */
        post: operations["send_message_now"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/personas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The personas, with what is wrong with their files. */
        get: operations["list_personas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/personas/{slug}/dry-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks a persona for an answer to the last message of a conversation, and sends nothing. */
        post: operations["try_persona"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How full the queue is, how old, and what somebody should look at. */
        get: operations["read_queue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/queue/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What left and what did not in the last hour or day, in steps of equal length. */
        get: operations["read_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Texts in free words that may ask not to be contacted, and wait for a person. */
        get: operations["list_reviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reviews/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decides on a text that may mean "stop". */
        post: operations["decide_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits to be sent, soonest first. */
        get: operations["list_scheduled"];
        put?: never;
        /**
         * Wakes the workers, for installations whose schedule is driven from outside. Ours needs no such call; it
         *     changes nothing about what is sent, however often and by how many it is made.
         */
        post: operations["wake_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, and where */
        get: operations["current_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List one's own sessions */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one's own sessions */
        delete: operations["revoke_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The templates in use, or the archived ones, by name. */
        get: operations["list_templates"];
        put?: never;
        /** Adds a template. */
        post: operations["create_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/templates/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries a template, or words that are still being written. Nothing is kept. */
        post: operations["preview_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/templates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One template in its current version. */
        get: operations["get_template"];
        put?: never;
        post?: never;
        /** Takes a template out of use. What was sent with it stays as it is, and it can come back. */
        delete: operations["archive_template"];
        options?: never;
        head?: never;
        /** Changes a template. Other words make a new version; what was sent keeps the one it was made from. */
        patch: operations["change_template"];
        trace?: never;
    };
    "/api/templates/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes an archived template back into use. */
        post: operations["restore_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/templates/{id}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of the messages made from a template, by variant. */
        get: operations["template_results"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/templates/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a template said, and when. */
        get: operations["list_template_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the team */
        get: operations["list_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change someone's role, or whether they can sign in
         * @description Whoever is disabled is signed out everywhere. Only owners make, change and unmake owners, and the last
         *     one stays.
         */
        patch: operations["update_user"];
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What an action did. */
        ActionResult: {
            /**
             * Format: uuid
             * @description Names the action, to undo it.
             */
            action_id: string;
            done: number;
            refused: components["schemas"]["Left"][];
        };
        /** @description The sender that customers see. */
        AddressView: {
            example: string;
            help: string;
            label: string;
        };
        /** @description Something that is or was wrong. */
        Alert: {
            /** Format: date-time */
            closed_at?: string | null;
            /** @description Stable; such as `webhook_failures` or `queue_depth`. */
            code: string;
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @description Nobody is told more of it until then.
             */
            muted_until?: string | null;
            /** @description Who was told, newest first. */
            notices: components["schemas"]["AlertNotice"][];
            /** Format: date-time */
            opened_at: string;
            /**
             * Format: date-time
             * @description When it was last found to be so.
             */
            seen_at: string;
            /** @description What it is about, such as a line; empty where there is only one such thing. */
            subject: string;
            text: string;
            what_to_do: string;
        };
        /** @description What is wrong, what was, and who is told. */
        AlertList: {
            /** @description Oldest first. */
            open: components["schemas"]["Alert"][];
            /** @description Newest first, the last 50. */
            past: components["schemas"]["Alert"][];
            /** @description Who is told: `webhook`, `slack`, `discord`, `email`. With none, alerts are only shown here and logged. */
            targets: string[];
            /** @description The last tests, newest first. */
            tests: components["schemas"]["AlertNotice"][];
        };
        /** @description A word to somebody outside. */
        AlertNotice: {
            /** Format: date-time */
            at: string;
            /** @description Why the last try failed. */
            error?: string | null;
            /** @description `opened`, `reminder`, `closed` or `test`. */
            happened: string;
            /** @description `webhook`, `slack`, `discord` or `email`. */
            target: string;
            /**
             * Format: date-time
             * @description When it was taken; absent while it was not.
             */
            told_at?: string | null;
        };
        /** @description Who is told by a test. */
        AlertTest: {
            targets: string[];
        };
        /** @description Who wrote a message. */
        Author: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** @description What of a queue has not been done. */
        Backlog: {
            /**
             * Format: date-time
             * @description Since when the oldest of them waits.
             */
            oldest_at?: string | null;
            /**
             * Format: int64
             * @description Those that failed too often: nothing happens to them until somebody has them done again.
             */
            stuck: number;
            /**
             * Format: int64
             * @description Those that will be done by themselves, the ones in work included.
             */
            waiting: number;
        };
        /** @description Many messages at once. */
        Batch: {
            /** @description Up to 10,000, each with an `idempotency_key` of its own. What is no message is refused by itself. */
            items: components["schemas"]["NewMessage"][];
        };
        /** @description What became of one message of a batch. */
        BatchResult: {
            code?: string | null;
            detail?: string | null;
            /** Format: uuid */
            id?: string | null;
            index: number;
            /**
             * Format: int32
             * @description As if it had been sent alone: 201, 200 for a repeated key, or a refusal.
             */
            status: number;
        };
        /** @description What became of each message of a batch, in order. */
        BatchResults: {
            items: components["schemas"]["BatchResult"][];
        };
        /** @description The message that a webhook led to. */
        Became: {
            /** Format: uuid */
            conversation_id: string;
            direction: string;
            /** Format: uuid */
            message_id: string;
            /** @description The state that the message is in now. */
            state: string;
        };
        /** @description When to write to somebody, and how we know. */
        BestTime: {
            /** @description How many of them were written in each hour of the day. */
            by_hour: number[];
            /** @description On how many different days they were written. */
            days: number;
            /**
             * Format: int32
             * @description The hour of their day, 0 to 23; none without enough evidence.
             */
            hour?: number | null;
            /**
             * Format: date-time
             * @description The next time around that hour that is not quiet there; none while the settings do not allow it.
             */
            next_at?: string | null;
            /** @description How many of their texts were looked at, of the last 180 days. */
            texts: number;
            /** @description The zone the hours are in. */
            time_zone: string;
            /** @description Why there is none, for people; empty otherwise. */
            why_none: string;
        };
        /** @description The variant that is ahead. */
        BetterVariant: {
            /** @description By more than chance explains. */
            confident: boolean;
            /**
             * @description By what: `answered`, or `opted_out` where answers decide nothing.
             * @enum {string}
             */
            metric: "answered" | "opted_out";
            variant: string;
        };
        /** @description Why an address is not written to. */
        BlockView: {
            /** Format: date-time */
            at: string;
            by?: string | null;
            reason?: string | null;
        };
        /**
         * @description A breaker is opened to stop a line, and closed to let it send again at once.
         * @enum {string}
         */
        BreakerAction: "open" | "close";
        /** @description What to do with a breaker. */
        BreakerMove: {
            action: components["schemas"]["BreakerAction"];
        };
        /** @description What is on record about a contact. */
        ConsentRecord: {
            blocked?: components["schemas"]["BlockView"] | null;
            /** @description Newest first. */
            items: components["schemas"]["ConsentView"][];
            time_zone?: components["schemas"]["ZoneView"] | null;
        };
        /** @description A word on consent as it is shown. */
        ConsentView: {
            /** Format: date-time */
            at: string;
            by?: string | null;
            evidence?: string | null;
            /** Format: uuid */
            id: string;
            /**
             * Format: uuid
             * @description The line it counts for; `null`: all of them.
             */
            line_id?: string | null;
            purpose: string;
            source: string;
            /** @enum {string} */
            status: "given" | "revoked";
            wording?: string | null;
        };
        /** @description One person. */
        Contact: {
            /** @description Somebody on the team blocked them: nothing is sent to their number. */
            blocked: boolean;
            /**
             * Format: uuid
             * @description Their thread, if there is one.
             */
            conversation_id?: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description Lower case. */
            email?: string | null;
            /** Format: uuid */
            id: string;
            /** @description Whatever the team keeps about them. */
            metadata: Record<string, never>;
            name?: string | null;
            /** @description They asked not to be texted, on at least one line. */
            opted_out: boolean;
            /** @description E.164. */
            phone?: string | null;
            /** @description Their time zone as set by hand, an IANA name. */
            time_zone?: string | null;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description One thing that is known. */
        ContactFact: {
            /** Format: date-time */
            at: string;
            /** Format: uuid */
            id: string;
            /**
             * Format: uuid
             * @description In answering which message.
             */
            message_id?: string | null;
            /** @description Who noted it. */
            persona: string;
            text: string;
        };
        /** @description What personas learned about a contact. */
        ContactFactList: {
            /** @description The latest first. */
            items: components["schemas"]["ContactFact"][];
        };
        /** @description What may be set on a contact. A field left out stays as it is; `null` clears it. */
        ContactInput: {
            /** @default null */
            email?: string | null;
            metadata?: Record<string, never> | null;
            /** @default null */
            name?: string | null;
            /**
             * @description In any usual way of writing; kept as E.164.
             * @default null
             */
            phone?: string | null;
            /**
             * @description An IANA name such as `Europe/Berlin`; `null`: what their number tells.
             * @default null
             */
            time_zone?: string | null;
        };
        /** @description A page of contacts, the last changed first. */
        ContactList: {
            items: components["schemas"]["Contact"][];
            next_cursor?: string | null;
        };
        /** @description A button under a message that answers with one tap. */
        ContentButton: {
            /** @description What comes back with a tap. */
            id?: string | null;
            title: string;
        };
        /** @description A template that WhatsApp approves. */
        ContentTemplate: {
            /** @description With places for values such as `{{1}}`; none if it has no text of its own. */
            body?: string | null;
            buttons: components["schemas"]["ContentButton"][];
            /** @description `UTILITY`, `MARKETING` or `AUTHENTICATION`. */
            category?: string | null;
            /** @description The provider's id. */
            content_sid: string;
            /** Format: uuid */
            id: string;
            /** @description The provider's word for what it consists of, such as `twilio/text`. */
            kind: string;
            /** @description A language code such as `en`. */
            language: string;
            /** Format: uuid */
            line_id: string;
            name: string;
            /** @description Why WhatsApp rejected it. */
            rejection?: string | null;
            /** @description An example of each value. */
            samples: {
                [key: string]: string;
            };
            /** @description `unsubmitted`, `received`, `pending`, `approved`, `rejected`, `paused` or `disabled`. */
            status: string;
            /** Format: date-time */
            synced_at: string;
            /** @description The names of its places, in the order they stand there. */
            variables: string[];
        };
        /** @description Templates that WhatsApp approves. */
        ContentTemplateList: {
            items: components["schemas"]["ContentTemplate"][];
        };
        /** @description The approved template that a message is sent as, and what fills it. */
        ContentUse: {
            /** @description What stands under the text to be tapped. */
            buttons: components["schemas"]["ContentButton"][];
            /** @description The provider's. */
            content_sid: string;
            name: string;
            /**
             * Format: uuid
             * @description Our id of the template.
             */
            template_id: string;
            variables: {
                [key: string]: string;
            };
        };
        /** @description A conversation. */
        Conversation: {
            contact: components["schemas"]["ConversationContact"];
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            last_activity_at: string;
            last_message?: components["schemas"]["LastMessage"] | null;
            status: components["schemas"]["Status"];
            /** Format: int32 */
            unread_count: number;
        };
        /** @description What may be changed of a conversation. */
        ConversationChange: {
            status: components["schemas"]["Status"];
        };
        /** @description The person a conversation is with. */
        ConversationContact: {
            email?: string | null;
            /** Format: uuid */
            id: string;
            name?: string | null;
            opted_out: boolean;
            phone?: string | null;
        };
        /** @description How many conversations there are, for the tabs. */
        ConversationCounts: {
            /** Format: int64 */
            open: number;
            /** Format: int64 */
            pending: number;
            /** Format: int64 */
            resolved: number;
            /** Format: int64 */
            unread: number;
        };
        /** @description A page of conversations, the last active first. */
        ConversationList: {
            counts: components["schemas"]["ConversationCounts"];
            items: components["schemas"]["Conversation"][];
            next_cursor?: string | null;
        };
        /** @description Who answers in a conversation, and what was answered. */
        ConversationPersona: {
            /** @description Who on the team changed it. */
            by?: string | null;
            /** Format: date-time */
            changed_at?: string | null;
            mode: components["schemas"]["PersonaMode"];
            /** @description Why a persona handed over. */
            reason?: string | null;
            /** @description The latest answers, and why there were none; newest first. */
            runs: components["schemas"]["PersonaRun"][];
            /** @description What was said before, as the persona keeps it in mind. */
            summary?: string | null;
            tags: string[];
            /** @description What was used up here within the last 24 hours. */
            used: components["schemas"]["PersonaUse"];
        };
        /** @description Who is signed in, and where. */
        CurrentSession: {
            installation: components["schemas"]["Installation"];
            user: components["schemas"]["User"] | null;
        };
        /** @description Dead letters with one reason. */
        DeadLetterGroup: {
            /** @description The provider's or our code; empty if there was none. */
            code: string;
            /** Format: int64 */
            count: number;
            /** @description What it means and what to do. */
            help: string;
            /** Format: date-time */
            newest_at: string;
            /** Format: date-time */
            oldest_at: string;
            /** @description Sending the same again may help. */
            retryable: boolean;
            /** @description What happened, in a few words. */
            title: string;
        };
        /** @description Dead letters by reason, the most frequent first. */
        DeadLetterGroups: {
            items: components["schemas"]["DeadLetterGroup"][];
            /** Format: int64 */
            total: number;
        };
        /** @description Dead letters, newest first. */
        DeadLetterList: {
            items: components["schemas"]["ListedMessage"][];
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many there are in all, whatever was asked for.
             */
            total: number;
        };
        /** @description What a person makes of such a text. */
        Decision: {
            action: components["schemas"]["DecisionKind"];
        };
        /**
         * @description The two ways to decide.
         * @enum {string}
         */
        DecisionKind: "opt_out" | "ignore";
        /** @description A check and how it went. */
        DoctorCheck: {
            /** @description What was found. */
            found: string;
            /** @description The line it is about, if it is about one. */
            line?: string | null;
            /** @description Stable, such as `database` or `credentials`. */
            name: string;
            state: components["schemas"]["DoctorState"];
            /** @description What to do, where something is to be done. */
            what_to_do?: string | null;
        };
        /** @description What the doctor found. */
        DoctorReport: {
            /** Format: date-time */
            at: string;
            checks: components["schemas"]["DoctorCheck"][];
            /** @description The worst of all states. */
            state: components["schemas"]["DoctorState"];
        };
        /**
         * @description How a check went.
         * @enum {string}
         */
        DoctorState: "ok" | "skipped" | "warning" | "failed";
        /** @description What a persona is to be tried on. */
        DryRun: {
            /** Format: uuid */
            conversation_id: string;
        };
        /** @description What a persona would have done. Nothing was sent, and nothing noted but the cost. */
        DryRunResult: {
            /** @description What it was to answer. */
            asked: string;
            facts: string[];
            /** @description Why it would have handed over, if it would. */
            hand_over?: string | null;
            /** @description What it would have sent later. */
            later?: string | null;
            /**
             * Format: int64
             * @description In millionths of the installation's currency.
             */
            micros: number;
            model: string;
            tags: string[];
            /** @description What it would have sent. */
            text?: string | null;
            /** Format: int64 */
            tokens: number;
        };
        /** @description An email in full. */
        EmailInFull: {
            has_html: boolean;
            /** @description The HTML shows images that lie elsewhere; they are left out until they are asked for. */
            has_remote_images: boolean;
            /** @description Its Message-ID, without angle brackets. */
            message_id?: string | null;
            /** @description What the sender repeated below their own words. */
            quoted: string;
            subject: string;
        };
        /** @description How far a webhook has come since one of its tries failed. */
        EntryProgress: {
            /**
             * Format: date-time
             * @description When it is tried again by itself; absent when it is not.
             */
            next_try_at?: string | null;
            state: components["schemas"]["Progress"];
        };
        /** @description Webhooks and errors, step by step. */
        ErrorRate: {
            /** @description Oldest first and without a gap; the last one may still be going on. */
            items: components["schemas"]["RateStep"][];
            /**
             * Format: int64
             * @description How long a step is.
             */
            step_seconds: number;
        };
        /** @description One refused field. */
        FieldError: {
            /** @description Its name in the request. */
            field: string;
            /** @description What is wrong with it and what would be right. */
            message: string;
        };
        /** @description What is added to the first message that somebody gets from us, unless it is a person's answer. */
        FirstContact: {
            enabled: boolean;
            text: string;
        };
        /** @description How much marketing one person may get. */
        Frequency: {
            /**
             * Format: int32
             * @default null
             */
            marketing_per_day?: number | null;
            /**
             * Format: int32
             * @default null
             */
            marketing_per_week?: number | null;
        };
        /** @description What is shown of a credential. */
        Hint: {
            /** @description Its last four characters. */
            ends_with: string;
            /** Format: date-time */
            set_at: string;
        };
        /** @description What happened in one step. */
        HistoryStep: {
            /**
             * Format: date-time
             * @description When it began.
             */
            at: string;
            /**
             * Format: int64
             * @description Messages that turned out not to be delivered, by us or by the provider.
             */
            failed: number;
            /**
             * Format: int64
             * @description Messages that became uncertain: the provider may or may not have them.
             */
            in_doubt: number;
            /**
             * Format: int64
             * @description Messages that a provider accepted.
             */
            sent: number;
        };
        /** @description Why a message does not leave yet. */
        Hold: {
            code: string;
            reason: string;
            /** Format: date-time */
            until: string;
        };
        /** @description This installation, as anyone may see it. */
        Installation: {
            /** @description The country of phone numbers written without one, by its two letters. */
            default_country: string;
            /** @description Whether someone has signed up; the first who does becomes the owner. */
            has_owner: boolean;
            name: string;
            /** @description Whether the built-in simulator stands in for the providers. */
            simulator: boolean;
            version: string;
        };
        /** @description An invitation that waits to be used. */
        Invitation: {
            email: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: uuid */
            id: string;
            role: components["schemas"]["Role"];
            /**
             * @description The link to hand on. Known only in the answer that made it, since the token is not stored; to get
             *     another link, invite the same address again.
             */
            url: string | null;
        };
        /** @description What an invitation offers, for whoever holds its link. */
        InvitationOffer: {
            email: string;
            /** @description The name of who invites. */
            invited_by: string;
            role: components["schemas"]["Role"];
        };
        /** @description Invitations that wait to be used, newest first. */
        Invitations: {
            items: components["schemas"]["Invitation"][];
        };
        /** @description A webhook in a list. */
        JournalEntry: {
            /**
             * Format: int64
             * @description How often the provider sent the same event again. That has no effect.
             */
            duplicates: number;
            error_code?: string | null;
            /**
             * Format: int32
             * @description How many tries have failed since it last waited.
             */
            failed_tries: number;
            from?: string | null;
            /** Format: uuid */
            id: string;
            /** @description What it is, such as `twilio.message`. */
            kind: string;
            /** @description Why the latest try failed, of one that has failed. */
            last_error?: string | null;
            /**
             * Format: int64
             * @description From its arrival until it had its effect, in milliseconds.
             */
            latency_ms?: number | null;
            /** Format: uuid */
            line_id?: string | null;
            /**
             * Format: date-time
             * @description When it is tried again by itself; absent when it is not.
             */
            next_try_at?: string | null;
            /**
             * Format: date-time
             * @description When it first had its effect.
             */
            processed_at?: string | null;
            /** Format: date-time */
            received_at: string;
            /** @description The provider's id of the message it is about. */
            session?: string | null;
            state: components["schemas"]["Progress"];
            /** @description The provider's word, of a report. */
            status?: string | null;
            /** @description The beginning of the text, of a message. */
            text?: string | null;
            to?: string | null;
            /** @description Path and query as asked, without secrets. */
            url: string;
        };
        /** @description A webhook with all there is to it. What is secret is hidden. */
        JournalEntryDetails: components["schemas"]["JournalEntry"] & {
            /** @description The body as it came, or its beginning. */
            body: string;
            /** @description How long it is in full, in bytes. */
            body_bytes: number;
            /** @description Why tries failed, newest first. */
            errors: components["schemas"]["ProcessingError"][];
            /** @description What names the event: another request of the same name is a duplicate. */
            event_key: string;
            headers: components["schemas"]["RequestField"][];
            message?: components["schemas"]["Became"] | null;
            /** @description The parameters of a form, decoded, in the order they came. */
            params: components["schemas"]["RequestField"][];
            /** @description Where the request came from. */
            remote_address: string;
        };
        /** @description A page of webhooks, newest first. */
        JournalList: {
            items: components["schemas"]["JournalEntry"][];
            /**
             * Format: date-time
             * @description Only webhooks since then were looked at; the next page goes on from there. Absent when the page is full or
             *     nothing is left to look at.
             */
            looked_back_to?: string | null;
            next_cursor?: string | null;
        };
        /** @description What waits in a lane. */
        LaneCount: {
            /** @enum {string} */
            lane: "fast" | "standard" | "bulk";
            /** Format: date-time */
            oldest_at?: string | null;
            /** Format: int64 */
            queued: number;
        };
        /** @description The last message of a conversation, as far as a list shows it. */
        LastMessage: {
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            channel: "sms" | "mms" | "whatsapp" | "email" | "voice";
            /** @enum {string} */
            direction: "inbound" | "outbound";
            /** Format: uuid */
            id: string;
            preview: string;
            /** @enum {string} */
            state: "scheduled" | "held" | "queued" | "sending" | "unknown" | "sent" | "delivered" | "read" | "undelivered" | "failed" | "canceled" | "received";
        };
        /** @description What becomes of a message that came due long ago, because we were down. */
        Late: {
            action: components["schemas"]["LateAction"];
            /** Format: int32 */
            after_seconds: number;
        };
        /**
         * @description Whether a late message still leaves.
         * @enum {string}
         */
        LateAction: "send" | "fail";
        /** @description A dead letter that an action could not take, and why. */
        Left: {
            code: string;
            /** Format: uuid */
            id: string;
            reason: string;
        };
        /** @description A line in use. */
        Line: components["schemas"]["LineInfo"] & {
            /** @description The lines that stand in for it, in order. */
            failover: string[];
            health: components["schemas"]["LineHealth"];
            media?: components["schemas"]["LineMedia"] | null;
            rate: components["schemas"]["LineRate"];
        };
        /** @description What is to be different on a line; what is left out stays. */
        LineChange: {
            /** @default null */
            address?: string | null;
            /** @default null */
            failover?: string[] | null;
            /**
             * @description Fields that are no secrets; an empty text takes an optional one away.
             * @default {}
             */
            fields?: {
                [key: string]: string;
            };
            /** @default null */
            limits?: components["schemas"]["LineLimits"] | null;
            /** @default null */
            name?: string | null;
            /**
             * Format: int64
             * @description The revision that was looked at: a change that somebody else made meanwhile is not overwritten.
             * @default null
             */
            revision?: number | null;
            /** @default null */
            signature?: components["schemas"]["Signature"] | null;
        };
        /** @description What a look at the provider brought. */
        LineCheck: {
            findings: components["schemas"]["LineCheckFinding"][];
            /** @description Nothing was found that would keep it from working. */
            usable: boolean;
        };
        /** @description One thing that was looked at. */
        LineCheckFinding: {
            /** @description `credentials`, `address`, `service`, `profile` or `mailbox`. */
            about: string;
            /** @description What to do about it. */
            fix?: string | null;
            /**
             * @description `ok`; `warning`: it works, but not as one may expect; `failed`: it does not work; `unknown`: it could not be
             *     asked.
             */
            outcome: string;
            /** @description What was found. */
            told: string;
        };
        /** @description What waits for a line. */
        LineCount: {
            /** Format: uuid */
            line_id: string;
            /** Format: date-time */
            oldest_at?: string | null;
            /** Format: int64 */
            queued: number;
        };
        /** @description Whether a line works. */
        LineHealth: {
            /**
             * @description `closed`: messages flow; `open`: they wait; `half_open`: it is tried with one at a time.
             * @enum {string}
             */
            breaker: "closed" | "open" | "half_open";
            reason?: string | null;
            /** Format: date-time */
            since?: string | null;
            /**
             * Format: date-time
             * @description When it will be tried again; without one, when a person closes it.
             */
            until?: string | null;
        };
        /** @description A line as shown to people. */
        LineInfo: {
            /** @description The number or sender that customers see. */
            address: string;
            /** @enum {string} */
            channel: "sms" | "mms" | "whatsapp" | "email" | "voice";
            /** Format: uuid */
            id: string;
            /** @description It was made in the program and can be changed there; otherwise the configuration has it. */
            made: boolean;
            name: string;
            provider: string;
            /** @description It leads to the built-in simulator, not to people. */
            simulated: boolean;
            /** @description Stands in the webhook addresses. */
            slug: string;
        };
        /** @description How fast a line may send, in segments; `null` is without limit. */
        LineLimits: {
            /** Format: int32 */
            per_day?: number | null;
            /** Format: int32 */
            per_minute?: number | null;
            /** Format: int32 */
            per_second?: number | null;
        };
        /** @description All lines. */
        LineList: {
            items: components["schemas"]["Line"][];
        };
        /** @description Which files may go along with one message. */
        LineMedia: {
            count_max: number;
            /**
             * Format: int64
             * @description All of them together.
             */
            total_max_bytes: number;
            /** @description What no entry names is not taken; the first that fits counts. */
            types: components["schemas"]["LineMediaType"][];
        };
        /** @description A type of file, and how large one of it may be. */
        LineMediaType: {
            /** Format: int64 */
            max_bytes: number;
            /** @description A whole type, such as `image/png`, or the beginning of one, such as `audio/`. */
            starts_with: string;
        };
        /** @description A provider that lines can be made for. */
        LineProvider: {
            address: components["schemas"]["AddressView"];
            channels: string[];
            /** @description Where people sign in there. */
            console_url: string;
            fields: components["schemas"]["LineProviderField"][];
            /** @description Its name for people. */
            label: string;
            name: string;
            /** @description A line of it can lead to the built-in simulator. */
            simulated: boolean;
        };
        /** @description One thing that a provider needs. */
        LineProviderField: {
            example: string;
            /** @description What it is, and where in the provider's console it stands. */
            help: string;
            /** @description After a change the former one stays valid for webhooks until it is retired. */
            keeps_former: boolean;
            label: string;
            name: string;
            required: boolean;
            /** @description It is never shown again once it is stored. */
            secret: boolean;
        };
        /** @description The providers that lines can be made for, with all that each wants to know. */
        LineProviderList: {
            items: components["schemas"]["LineProvider"][];
        };
        /** @description How fast a line may send, in segments, and what it used. */
        LineRate: {
            /**
             * Format: date-time
             * @description The provider asked us to be slower until then.
             */
            paused_until?: string | null;
            /** Format: int32 */
            per_day?: number | null;
            /** Format: int32 */
            per_minute?: number | null;
            /** Format: int32 */
            per_second?: number | null;
            /** Format: int32 */
            used_last_minute: number;
            /** Format: int32 */
            used_today: number;
        };
        /** @description A line with its settings, for those who manage it. Credentials are never shown. */
        LineSettings: components["schemas"]["LineInfo"] & {
            /** Format: date-time */
            changed_at?: string | null;
            changed_by?: string | null;
            /** @description What is shown of each credential that is stored, also of a former one that is still accepted. */
            credentials: {
                [key: string]: components["schemas"]["Hint"];
            };
            /** @description The slugs of lines that may stand in for it, in order. */
            failover: string[];
            /** @description The provider's fields that are no secrets. */
            fields: {
                [key: string]: string;
            };
            limits: components["schemas"]["LineLimits"];
            problem?: string | null;
            /** Format: date-time */
            restorable_until?: string | null;
            /**
             * Format: int64
             * @description To be sent along with a change; 0 for a line of the configuration, which cannot be changed here.
             */
            revision: number;
            signature: components["schemas"]["Signature"];
            /**
             * @description `ready`: in use; `locked`: it cannot be used, `problem` says why; `removed`: it can be restored until
             *     `restorable_until`.
             */
            state: string;
        };
        /** @description Every line with its settings. */
        LineSettingsList: {
            /** @description Why no line can be made here, if none can. */
            cannot_make?: string | null;
            items: components["schemas"]["LineSettings"][];
            /** @description Numbers of the built-in simulator that no line has yet. */
            simulated: components["schemas"]["SimulatedNumber"][];
        };
        /** @description The webhooks of a line at its provider. */
        LineWebhooks: {
            /** @description What a person has to do at the provider, where we can neither see nor set it: a whole sentence. */
            by_hand?: string | null;
            /** @description What would have to be changed; nothing if all is as it should be. */
            changes: components["schemas"]["WebhookChange"][];
            undo?: components["schemas"]["Undoable"] | null;
        };
        /** @description Whom a message is for. */
        ListedContact: {
            /** Format: uuid */
            id: string;
            name?: string | null;
            phone?: string | null;
        };
        /** @description A message and whom it is for. */
        ListedMessage: components["schemas"]["Message"] & {
            contact: components["schemas"]["ListedContact"];
        };
        /** @description A place on the map. */
        Location: {
            address?: string | null;
            label?: string | null;
            /**
             * Format: double
             * @description Degrees north.
             */
            latitude: number;
            /**
             * Format: double
             * @description Degrees east.
             */
            longitude: number;
        };
        /** @description A file that came or goes with a message. */
        Media: {
            /** Format: int64 */
            bytes?: number | null;
            /** @description What its bytes show; as long as it is not here, what its sender said. */
            content_type?: string | null;
            /** Format: int32 */
            height?: number | null;
            /**
             * Format: uuid
             * @description None for one of an old message, which lies where `url` says and nowhere else.
             */
            id?: string | null;
            /** @description As its sender named it. */
            name?: string | null;
            /** @description Why it is not here, for a person. */
            reason?: string | null;
            /** @description `waiting` to be fetched, `kept`, `refused`, `gone`, or `elsewhere`. */
            state: string;
            /** @description Where a small picture of it is, if there is one: JPEG or PNG, no side longer than 640 pixels. */
            thumbnail_url?: string | null;
            /** @description Where it is; none as long as it is not here. */
            url?: string | null;
            /**
             * Format: int32
             * @description In pixels, of a picture.
             */
            width?: number | null;
        };
        /** @description A message. */
        Message: {
            /**
             * Format: date-time
             * @description The time shown in the thread: the provider's for what came in, ours for what goes out.
             */
            at: string;
            author?: components["schemas"]["Author"] | null;
            body: string;
            /** @enum {string} */
            channel: "sms" | "mms" | "whatsapp" | "email" | "voice";
            /** Format: uuid */
            contact_id: string;
            content?: components["schemas"]["ContentUse"] | null;
            /** Format: uuid */
            conversation_id: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            delivered_at?: string | null;
            details?: components["schemas"]["MessageExtras"] | null;
            /**
             * @description `inbound` or `outbound`.
             * @enum {string}
             */
            direction: "inbound" | "outbound";
            /**
             * Format: date-time
             * @description When somebody dropped or replaced this dead letter.
             */
            dismissed_at?: string | null;
            email?: components["schemas"]["MessageEmail"] | null;
            error?: components["schemas"]["MessageError"] | null;
            /** Format: date-time */
            expires_at?: string | null;
            from: string;
            hold?: components["schemas"]["Hold"] | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            line_id: string;
            media: components["schemas"]["Media"][];
            persona?: components["schemas"]["PersonaMark"] | null;
            /** @description It was sent again although an earlier attempt may have arrived. */
            possibly_doubled: boolean;
            /**
             * Format: int32
             * @description How urgent it is, from 0 to 10.
             */
            priority: number;
            provider_message_id?: string | null;
            /** @enum {string} */
            purpose: "reply" | "transactional" | "marketing";
            /**
             * Format: uuid
             * @description The dead letter it stands in for.
             */
            retry_of?: string | null;
            scheduled?: components["schemas"]["Schedule"] | null;
            /** Format: int32 */
            segments?: number | null;
            /** Format: date-time */
            sent_at?: string | null;
            /** @enum {string} */
            state: "scheduled" | "held" | "queued" | "sending" | "unknown" | "sent" | "delivered" | "read" | "undelivered" | "failed" | "canceled" | "received";
            template?: components["schemas"]["TemplateUse"] | null;
            to: string;
        };
        /** @description What is to be different about a message that has not left. */
        MessageChange: {
            body?: string | null;
            cancel_if_answered?: boolean | null;
            /** Format: int32 */
            priority?: number | null;
            /** Format: date-time */
            send_at?: string | null;
            send_at_local?: string | null;
            time_zone?: string | null;
        };
        /** @description What would happen to a message, without sending it. */
        MessageCheck: {
            /** @description With what the rules add to it. */
            body: string;
            /** @description Why it would be refused or held, for programs. */
            code?: string | null;
            /** @description `GSM-7` or `UCS-2`. */
            encoding: string;
            /** Format: date-time */
            hold_until?: string | null;
            line?: components["schemas"]["LineInfo"] | null;
            ok: boolean;
            /** @description The same for people; or why it would be held. */
            reason?: string | null;
            recipient_time_zone?: components["schemas"]["RecipientZone"] | null;
            /** Format: int32 */
            segments: number;
        };
        /** @description A message with everything that happened to it. */
        MessageDetails: components["schemas"]["Message"] & {
            /** @description Oldest first. */
            timeline: components["schemas"]["Step"][];
        };
        /** @description What an email has beside its text. What it repeats and its HTML are fetched when they are wanted. */
        MessageEmail: {
            /** @description A program wrote it. */
            automatic: boolean;
            /** @description It can be shown as its sender laid it out. */
            has_html: boolean;
            /** @description Below its text it repeats earlier emails. */
            has_quoted: boolean;
            subject: string;
        };
        /** @description Why a message failed. */
        MessageError: {
            /** @description The provider's code, if it gave one. */
            code?: string | null;
            /** @description What it means for the customer and what to do. */
            help: string;
            /** @description What happened. */
            text: string;
        };
        /** @description What a message carries beside its text and its files. */
        MessageExtras: {
            /** @description `once` or `often`: they passed on what somebody else wrote. */
            forwarded?: string | null;
            location?: components["schemas"]["Location"] | null;
            reply_to?: components["schemas"]["Quote"] | null;
            tap?: components["schemas"]["Tap"] | null;
        };
        /** @description A page of messages, newest first; the cursor leads to older ones. */
        MessageList: {
            items: components["schemas"]["Message"][];
            next_cursor?: string | null;
        };
        /** @description WhatsApp's 24-hour window to one person. */
        MessagingWindow: {
            open: boolean;
            /**
             * Format: date-time
             * @description When it closes or closed; none if they never wrote.
             */
            until?: string | null;
        };
        /** @description For how long nobody is to hear of an alert. */
        Mute: {
            /**
             * Format: int32
             * @description Up to 10080, a week; 0 ends it.
             */
            minutes: number;
        };
        /** @description Why somebody is not to be written to. */
        NewBlock: {
            reason?: string | null;
        };
        /** @description A word on consent, written down by a person. */
        NewConsent: {
            /** @description What they said, or where it can be found. */
            evidence?: string | null;
            /**
             * Format: uuid
             * @description The line it counts for; left out, all of them.
             */
            line_id?: string | null;
            /** @description `marketing` or `transactional`. */
            purpose: string;
            /** @description How we know: `form`, `paper`, `call` … */
            source: string;
            /** @description `given` or `revoked`. */
            status: string;
            /** @description The words they agreed to. */
            wording?: string | null;
        };
        /** @description A template to be made and submitted to WhatsApp. */
        NewContentTemplate: {
            /** @description With places for values: `{{1}}`, `{{2}}` and so on. */
            body: string;
            /** @description Up to three quick replies. */
            buttons?: string[];
            /** @description `UTILITY` or `MARKETING`. */
            category: string;
            /** @description A language code such as `en` or `pt_BR`. */
            language: string;
            /**
             * Format: uuid
             * @description The line whose account it belongs to; left out, the first on WhatsApp.
             */
            line_id?: string | null;
            /** @description Lower-case letters, digits and underscores. */
            name: string;
            /** @description An example of each value, by which WhatsApp judges it. */
            samples?: {
                [key: string]: string;
            };
        };
        /** @description Whom to talk to: a contact, or a phone number, known or not. */
        NewConversation: {
            /** Format: uuid */
            contact_id?: string | null;
            email?: string | null;
            /** @description The name of a contact that is new. */
            name?: string | null;
            phone?: string | null;
        };
        /** @description New credentials. */
        NewCredentials: {
            /** @description By the names of the provider's fields; those left out stay. */
            fields: {
                [key: string]: string;
            };
        };
        /** @description Whom to invite. */
        NewInvitation: {
            email: string;
            /** @description Only an owner can invite another owner. */
            role: components["schemas"]["Role"];
        };
        /** @description A line that somebody wants to make. */
        NewLine: {
            /** @description The number or sender that customers see. */
            address: string;
            /** @description The provider's usual one if it is left out. */
            channel?: string | null;
            /** @description The slugs of lines that may stand in for it, in order. */
            failover?: string[];
            /** @description The provider's fields by name, as `/api/line-providers` describes them. */
            fields?: {
                [key: string]: string;
            };
            limits?: components["schemas"]["LineLimits"] | null;
            name: string;
            provider: string;
            signature?: components["schemas"]["Signature"];
            /** @description It leads to the built-in simulator. */
            simulated?: boolean;
            /** @description Stands in webhook addresses and never changes. Made of the name if it is left out. */
            slug?: string | null;
        };
        /** @description A message to send: to a conversation, a contact or a number. */
        NewMessage: {
            /** @description 1 to 1600 characters, 1 to 100000 of an email; or name a template instead. */
            body?: string | null;
            /** @description Do not send it if they write before. */
            cancel_if_answered?: boolean;
            /** @description `sms`, `whatsapp` or `email`: a line of this channel, if none is named. Left out, the one they wrote by last. */
            channel?: string | null;
            /** Format: uuid */
            contact_id?: string | null;
            /**
             * Format: uuid
             * @description The approved template of WhatsApp that it is sent as.
             */
            content_template?: string | null;
            /** Format: uuid */
            conversation_id?: string | null;
            /**
             * Format: int32
             * @description Refuse it if you sent the same text to the same person within so many seconds.
             */
            dedupe_seconds?: number | null;
            /**
             * Format: date-time
             * @description Do not send it after this time.
             */
            expires_at?: string | null;
            /** @description In a batch, where there is no header: the same key again gives the same message, once. */
            idempotency_key?: string | null;
            /**
             * Format: uuid
             * @description The line to send through; left out, the one this conversation used last.
             */
            line_id?: string | null;
            /** @description Files to send along, by their ids; beside them the body may be left out. */
            media?: string[] | null;
            /**
             * Format: int32
             * @description 0 to 10: above 5 goes ahead, 10 is urgent and passes quiet hours. Left out, what is usual for the purpose.
             */
            priority?: number | null;
            /** @description `reply`, `transactional` or `marketing`; left out, the template's, or a reply. */
            purpose?: string | null;
            /**
             * Format: date-time
             * @description When to send it, if not at once.
             */
            send_at?: string | null;
            /** @description Send it around the hour in which they usually write, within a day; only if the settings allow it. */
            send_at_best?: boolean;
            /** @description The same as a time on the wall, such as `2026-11-21T09:00`, in `time_zone` or the recipient's zone. */
            send_at_local?: string | null;
            /** @description Of an email: the subject; left out, that of the email it answers. */
            subject?: string | null;
            /**
             * Format: uuid
             * @description The template that gives the text.
             */
            template_id?: string | null;
            /** @description An IANA name such as `Europe/Berlin`. */
            time_zone?: string | null;
            /** @description A phone number in any usual way of writing, or an email address. */
            to?: string | null;
            /** @description What the template asks for, by name; they go before what is built in. */
            variables?: {
                [key: string]: string;
            } | null;
        };
        /** @description A template to be kept. */
        NewTemplate: {
            /** @description No two templates in use have the same. */
            name: string;
            /** @description `reply`, `transactional` or `marketing`. */
            purpose: string;
            variables?: components["schemas"]["TemplateVariable"][];
            variants: components["schemas"]["TemplateVariant"][];
        };
        /** @description A process of the installation. */
        Node: {
            /** @description Whether that is recent enough: one that is not will lose its work to the others. */
            alive: boolean;
            /**
             * Format: date-time
             * @description Its last sign of life.
             */
            heartbeat_at: string;
            name: string;
            /** Format: date-time */
            started_at: string;
        };
        /** @description The password that is, and the one that shall be. */
        PasswordChange: {
            current: string;
            /** @description 8 to 200 characters, taken exactly as typed. */
            new: string;
        };
        /** @description A persona's folder as it is. */
        Persona: {
            description?: string | null;
            /** @description The short names of the lines it answers on; `*` for all. */
            lines: string[];
            model?: string | null;
            name?: string | null;
            /** @description What is wrong with its files. */
            problems: components["schemas"]["PersonaProblem"][];
            /** @description The name of its folder. */
            slug: string;
            /** @description `ready`, `broken`, or `kept`: an edit broke it, and it answers as it did before. */
            state: string;
            tools: string[];
            /** @description What it used up within the last 24 hours. */
            used: components["schemas"]["PersonaUse"];
        };
        /** @description Who is to answer in a conversation. */
        PersonaChange: {
            mode: components["schemas"]["WantedMode"];
        };
        /** @description Every persona there is, and what they use. */
        PersonaList: {
            /** @description The currency of prices and limits. */
            currency: string;
            /** @description Whether they are switched on in the configuration. */
            enabled: boolean;
            items: components["schemas"]["Persona"][];
            /** @description What all of them used up within the last 24 hours. */
            used: components["schemas"]["PersonaUse"];
        };
        /** @description What is shown of a message that a persona wrote. */
        PersonaMark: {
            currency: string;
            /**
             * Format: int64
             * @description What the answer cost, in millionths of `currency`; none if no price is known.
             */
            micros?: number | null;
            model: string;
            name: string;
            /** @description Why it wrote. */
            reason: string;
            /** @description The name of its folder. */
            slug: string;
            /**
             * Format: int64
             * @description What the answer took, question included.
             */
            tokens: number;
        };
        /**
         * @description Whether personas answer in a conversation.
         * @enum {string}
         */
        PersonaMode: "answers" | "off" | "handed_over";
        /** @description Something that is wrong in a persona's folder. */
        PersonaProblem: {
            /** @description The field of a JSON file, such as `limits.tokens_per_day`. */
            field?: string | null;
            /** @description Beside the folder's name: `persona.json`, `knowledge/prices.md`; empty for the folder itself. */
            file: string;
            /** @description What is wrong, and what would be right. */
            message: string;
        };
        /** @description A run as people see it. */
        PersonaRun: {
            /** Format: int64 */
            completion_tokens: number;
            /** Format: date-time */
            ended_at?: string | null;
            /** Format: uuid */
            id: string;
            /**
             * Format: uuid
             * @description What came in; none for a dry run.
             */
            message_id?: string | null;
            /**
             * Format: int64
             * @description What it cost, in millionths of the installation's currency.
             */
            micros: number;
            model?: string | null;
            /** @description `asked` while the model is at work; then what came of it, such as `answered` or `person_replied`. */
            outcome: string;
            persona: string;
            /** Format: int64 */
            prompt_tokens: number;
            reason?: string | null;
            /** Format: uuid */
            reply_id?: string | null;
            /** Format: date-time */
            started_at: string;
        };
        /** @description What was used up within a day. */
        PersonaUse: {
            /** Format: int64 */
            answers: number;
            /**
             * Format: int64
             * @description In millionths of the installation's currency.
             */
            micros: number;
            /** Format: int64 */
            tokens: number;
        };
        /** @description How long messages that were to leave at once waited for a worker, the wait for their line's rate included. */
        PickUp: {
            /**
             * Format: int64
             * @description Half of them waited no longer, in milliseconds.
             */
            median_ms: number;
            /** @description Of how many messages this is told, the latest ones. */
            messages: number;
            /**
             * Format: int64
             * @description 19 of 20 waited no longer, in milliseconds.
             */
            p95_ms: number;
        };
        /** @description An error, told in a sentence that a person understands and a code that a program can rely on. */
        Problem: {
            /** @description Stable; never reworded. */
            code: string;
            /** @description What happened and what to do, for a person. */
            detail: string;
            /** @description Every field that was refused. */
            errors?: components["schemas"]["FieldError"][];
            /**
             * Format: uuid
             * @description The thing that is already there.
             */
            existing_id?: string | null;
            /** @description The field it is about. */
            field?: string | null;
            /**
             * Format: int64
             * @description Seconds to wait before the next try.
             */
            retry_after_s?: number | null;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The name of the HTTP status. */
            title: string;
            /** @description Always `about:blank`: the code says what it is. */
            type: string;
        };
        /** @description A processing error as shown to people. */
        ProcessingError: {
            /** Format: date-time */
            at: string;
            /**
             * Format: int32
             * @description Tries so far, this one included.
             */
            attempts: number;
            body?: string | null;
            /** @description What caused it, outermost first. */
            cause_chain: string[];
            entry?: components["schemas"]["EntryProgress"] | null;
            error: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            journal_id?: string | null;
            /** @description The kind of job that failed. */
            kind: string;
            /** Format: uuid */
            message_id?: string | null;
            phone?: string | null;
            session?: string | null;
        };
        /** @description A page of processing errors, newest first. */
        ProcessingErrorList: {
            items: components["schemas"]["ProcessingError"][];
            /**
             * Format: date-time
             * @description Only errors since then were looked at; the next page goes on from there. Absent when the page is full or
             *     nothing is left to look at.
             */
            looked_back_to?: string | null;
            next_cursor?: string | null;
        };
        /**
         * @description How far a piece of work has come.
         * @enum {string}
         */
        Progress: "processed" | "waiting" | "failed";
        /** @description Something that somebody should look at. */
        QueueAlert: {
            /**
             * @description `queue_depth`, `queue_age`, `failure_rate`, `dead_letters`, `line_resting`, `webhooks_waiting` or
             *     `webhooks_stuck`.
             */
            code: string;
            text: string;
        };
        /** @description How the queue stands. */
        QueueFigures: {
            /** @description What somebody should look at. */
            alerts: components["schemas"]["QueueAlert"][];
            /**
             * Format: date-time
             * @description When this was so: ages are told from then.
             */
            at: string;
            /** Format: int64 */
            dead_letters: number;
            /** Format: int64 */
            failed_24h: number;
            /** @description By how urgent they are. */
            lanes: components["schemas"]["LaneCount"][];
            lines: components["schemas"]["LineCount"][];
            nodes: components["schemas"]["Node"][];
            /**
             * Format: date-time
             * @description Since when the oldest message waits for a worker.
             */
            oldest_at?: string | null;
            oldest_in_doubt?: components["schemas"]["ListedMessage"] | null;
            pickup?: components["schemas"]["PickUp"] | null;
            /**
             * Format: int64
             * @description Messages that left in the last 60 seconds.
             */
            sent_last_minute: number;
            /**
             * Format: int64
             * @description Messages that left since the day began: see `today_from`.
             */
            sent_today: number;
            states: components["schemas"]["StateCounts"];
            /** @description Webhooks that are on disk and not worked off. */
            webhooks: components["schemas"]["Backlog"];
        };
        /** @description What left and what did not, step by step. */
        QueueHistory: {
            /** @description Oldest first and without a gap; the last one is still going on. */
            items: components["schemas"]["HistoryStep"][];
            /**
             * Format: int64
             * @description How long a step is.
             */
            step_seconds: number;
        };
        /** @description When nobody is to be disturbed, in the recipient's time. */
        QuietHoursSetting: {
            enabled: boolean;
            /** @description `HH:MM` */
            ends: string;
            /** @description `HH:MM` */
            starts: string;
        };
        /** @description A message that is answered, as far as an answer shows it. */
        Quote: {
            /** @description `inbound` or `outbound`. */
            direction: string;
            /** Format: uuid */
            message_id: string;
            text: string;
        };
        /** @description A share, and between what the true one lies with 95 % confidence; all from 0 to 1. */
        Rate: {
            /** Format: double */
            high: number;
            /** Format: double */
            low: number;
            /** Format: double */
            value: number;
        };
        /** @description What happened in one step. */
        RateStep: {
            /**
             * Format: date-time
             * @description When it began.
             */
            at: string;
            /**
             * Format: int64
             * @description Tries that failed, of any job.
             */
            errors: number;
            /**
             * Format: int64
             * @description Webhooks that came; those that came again are not counted.
             */
            webhooks: number;
        };
        /** @description Shares of what was sent. */
        Rates: {
            answered: components["schemas"]["Rate"];
            delivered: components["schemas"]["Rate"];
            opted_out: components["schemas"]["Rate"];
        };
        /** @description Where a recipient may be. */
        RecipientZone: {
            /** @description What the clock on their wall shows. */
            local_time: string;
            /**
             * @description `contact`, `number` or `default`.
             * @enum {string}
             */
            source: "contact" | "number" | "default";
            /** @description IANA names, the most likely first. */
            zones: string[];
        };
        /** @description The quiet hours of a country (`FR`) or a part of it (`US-FL`). */
        RegionSetting: {
            ends: string;
            region: string;
            starts: string;
        };
        /** @description Which webhooks are to be processed again: some, or all that a search finds. */
        ReplaySelection: {
            /** @description All that the rest of the fields find, as in the list. */
            all?: boolean;
            /** @description To go on where an earlier request ended. */
            cursor?: string | null;
            /** Format: date-time */
            from?: string | null;
            ids?: string[] | null;
            kind?: string | null;
            /** Format: uuid */
            line_id?: string | null;
            q?: string | null;
            state?: components["schemas"]["Progress"] | null;
            /** Format: date-time */
            to?: string | null;
        };
        /** @description What is being processed again. */
        Replayed: {
            /** @description Named ones that are not in the journal. */
            missing: number;
            /** @description Of all that were asked for, these were the newest: the same request with this cursor takes the next. */
            next_cursor?: string | null;
            /** @description How many webhooks are processed again. */
            replayed: number;
        };
        /** @description A header or a parameter. */
        RequestField: {
            name: string;
            value: string;
        };
        /** @description Texts that may mean "stop", newest first. */
        ReviewList: {
            items: components["schemas"]["ReviewView"][];
            next_cursor?: string | null;
        };
        /** @description A text that waits for a decision. */
        ReviewView: {
            address: string;
            /** Format: date-time */
            at: string;
            /** Format: uuid */
            conversation_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            message_id: string;
            /** @description The contact's name, if there is one. */
            name?: string | null;
            text: string;
        };
        /**
         * @description What someone may do, from most to least.
         * @enum {string}
         */
        Role: "viewer" | "agent" | "admin" | "owner";
        /** @description When a message was asked to leave. */
        Schedule: {
            /** Format: date-time */
            at: string;
            /** @description An answer of theirs calls it off. */
            cancel_if_answered: boolean;
            /** @description The wall time it was asked for in, in `time_zone`. */
            local?: string | null;
            time_zone?: string | null;
        };
        /** @description Messages that wait for their time or for the gate, soonest first. */
        ScheduledList: {
            items: components["schemas"]["ListedMessage"][];
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many wait in all, whatever was asked for.
             */
            total: number;
        };
        /** @description Which dead letters an action takes: some, or all that a filter finds. */
        Selection: {
            /** @description All that the rest of the fields find. */
            all?: boolean;
            /** @description To send again: this text instead; for one dead letter only. */
            body?: string | null;
            code?: string | null;
            ids?: string[] | null;
            /**
             * Format: uuid
             * @description To send again: through this line instead.
             */
            line_id?: string | null;
            q?: string | null;
        };
        /** @description One signed-in browser. */
        Session: {
            /** Format: date-time */
            created_at: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @description Up to five minutes old while it is in use.
             */
            last_seen_at: string;
            /** @description How the browser calls itself. */
            user_agent: string | null;
        };
        /** @description The browsers a user is signed in with, the one used last first. */
        Sessions: {
            items: components["schemas"]["Session"][];
        };
        /** @description What is to be set besides our own addresses. */
        SetWebhooks: {
            /** @description What the provider turns to when we do not answer; without it, what is set stays. */
            fallback_url?: string | null;
        };
        /** @description The rules. */
        Settings: {
            /**
             * @description Messages may be planned for the hour in which their recipient usually writes.
             * @default false
             */
            best_time: boolean;
            /**
             * @description The zone of recipients whose number tells none.
             * @default null
             */
            default_time_zone: string | null;
            /**
             * @default {
             *       "enabled": true,
             *       "text": "Reply STOP to opt out."
             *     }
             */
            first_contact: components["schemas"]["FirstContact"];
            /**
             * @default {
             *       "marketing_per_day": null,
             *       "marketing_per_week": null
             *     }
             */
            frequency: components["schemas"]["Frequency"];
            /**
             * @default {
             *       "action": "fail",
             *       "after_seconds": 86400
             *     }
             */
            late: components["schemas"]["Late"];
            /**
             * @default {
             *       "enabled": true,
             *       "ends": "08:00",
             *       "starts": "21:00"
             *     }
             */
            quiet_hours: components["schemas"]["QuietHoursSetting"];
            /**
             * @description Other hours for some regions.
             * @default []
             */
            regions: components["schemas"]["RegionSetting"][];
            /**
             * @description Marketing leaves only for those whose consent is on record.
             * @default true
             */
            require_marketing_consent: boolean;
        };
        /** @description What it takes to sign in. */
        SignIn: {
            email: string;
            password: string;
        };
        /** @description What it takes to sign up. */
        SignUp: {
            email: string;
            /** @description The token of an invitation; everyone but the first needs one. */
            invitation?: string | null;
            /** @description 1 to 100 characters. */
            name: string;
            /** @description 8 to 200 characters, taken exactly as typed. */
            password: string;
        };
        /**
         * @description What happens to a webhook whose signature is wrong.
         * @enum {string}
         */
        Signature: "enforce" | "observe";
        /** @description What has been found so far. */
        SignatureFinding: {
            /** Format: int64 */
            count: number;
            /** Format: date-time */
            first_at: string;
            /** @description What to change. */
            fix: string;
            /** Format: date-time */
            last_at: string;
            /** @description `missing`, `malformed`, `other_address`, `other_line`, `clock`, `body` or `unknown_key`. */
            reason: string;
            /** @description What it was like the last time. */
            told: string;
        };
        /** @description Why signatures of webhooks to a line did not hold. */
        SignatureFindings: {
            /** @description The latest first. */
            items: components["schemas"]["SignatureFinding"][];
        };
        /** @description Who has signed in. */
        SignedIn: {
            user: components["schemas"]["User"];
        };
        /** @description A number of the simulator's that a line can be tried with. What it shows opens nothing but the simulator. */
        SimulatedNumber: {
            address: string;
            /** @description The provider's fields, filled in. */
            fields: {
                [key: string]: string;
            };
            name: string;
            provider: string;
        };
        /** @description Messages that are not done, by state. */
        StateCounts: {
            /** Format: int64 */
            held: number;
            /** Format: int64 */
            queued: number;
            /** Format: int64 */
            scheduled: number;
            /** Format: int64 */
            sending: number;
            /** Format: int64 */
            unknown: number;
        };
        /**
         * @description Whether somebody has to do something.
         * @enum {string}
         */
        Status: "open" | "pending" | "snoozed" | "resolved";
        /** @description One thing that happened to a message. */
        Step: {
            /** Format: date-time */
            at: string;
            detail?: string | null;
            /** @description `state`, `attempt` or `receipt`. */
            kind: string;
            text: string;
        };
        /** @description A tap on a button or a list entry. */
        Tap: {
            /** @description The id that the template gave it. */
            payload?: string | null;
            text: string;
        };
        /** @description A template in its current version. */
        Template: {
            /** @description Kept for what was sent with it, but not to be sent any more. */
            archived: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            name: string;
            /**
             * @description `reply`, `transactional` or `marketing`: of messages made from it, unless they say otherwise.
             * @enum {string}
             */
            purpose: "reply" | "transactional" | "marketing";
            /** Format: date-time */
            updated_at: string;
            /** @description Who wrote the current version. */
            updated_by?: string | null;
            variables: components["schemas"]["TemplateVariable"][];
            variants: components["schemas"]["TemplateVariant"][];
            /**
             * Format: int32
             * @description From 1, one more with every change of the words.
             */
            version: number;
        };
        /** @description What is to be different about a template; what is left out stays. */
        TemplateChange: {
            name?: string | null;
            purpose?: string | null;
            /** @description Instead of all there are. */
            variables?: components["schemas"]["TemplateVariable"][] | null;
            /** @description Instead of all there are. */
            variants?: components["schemas"]["TemplateVariant"][] | null;
        };
        /** @description Templates by name. */
        TemplateList: {
            items: components["schemas"]["Template"][];
        };
        /** @description What would come out. */
        TemplatePreview: {
            variants: components["schemas"]["VariantPreview"][];
        };
        /** @description What is to be tried: a template that is kept, or words that are not yet. */
        TemplatePreviewRequest: {
            /** @description `sms` if left out. */
            channel?: string | null;
            /**
             * Format: uuid
             * @description For whom; without one, nothing is known of the recipient.
             */
            contact_id?: string | null;
            /** Format: uuid */
            template_id?: string | null;
            /** @description Values by the name of their variable; they also stand in for what is built in. */
            values?: {
                [key: string]: string;
            };
            /** @description Declared beside `variants`. */
            variables?: components["schemas"]["TemplateVariable"][];
            variants?: components["schemas"]["TemplateVariant"][] | null;
        };
        /** @description What became of the messages made from a template. */
        TemplateResults: {
            better?: components["schemas"]["BetterVariant"] | null;
            /** @description The variants of today first, then former ones that were sent. */
            variants: components["schemas"]["VariantResults"][];
        };
        /** @description Which words of which template a message was made from. */
        TemplateUse: {
            /** Format: uuid */
            id: string;
            /** @description As it is called now. */
            name: string;
            variant: string;
            /** Format: int32 */
            version: number;
        };
        /** @description A value that a template asks for. */
        TemplateVariable: {
            /** @description Written where no value is given. */
            default?: string | null;
            /** @description A value to try the template with. */
            example?: string | null;
            /** @description How the value is written unless a place says otherwise, such as `title` or `money USD`. */
            format?: string | null;
            /** @description What people are asked for; the name if left out. */
            label?: string;
            /** @description As it stands between the braces. */
            name: string;
        };
        /** @description One way to say it. Recipients are spread over the variants by their weights. */
        TemplateVariant: {
            /** @description The text by channel; `*` is for every channel that is not named. */
            bodies: {
                [key: string]: string;
            };
            name: string;
            /**
             * Format: int32
             * @description 0 to 1000; nobody new gets a variant of weight 0.
             */
            weight: number;
        };
        /** @description The words of a template as they were. */
        TemplateVersion: {
            /** Format: date-time */
            at: string;
            by?: string | null;
            variables: components["schemas"]["TemplateVariable"][];
            variants: components["schemas"]["TemplateVariant"][];
            /** Format: int32 */
            version: number;
        };
        /** @description The versions of a template. */
        TemplateVersionList: {
            /** @description Newest first. */
            items: components["schemas"]["TemplateVersion"][];
        };
        /** @description The action to undo. */
        Undo: {
            /** Format: uuid */
            action_id: string;
        };
        /** @description What was changed the last time. */
        Undoable: {
            /** Format: date-time */
            at: string;
            by: string;
            changes: components["schemas"]["WebhookChange"][];
        };
        /** @description What was undone. */
        Undone: {
            /** @description Messages that have left meanwhile. */
            too_late: number;
            undone: number;
        };
        /** @description A value that cannot be written as asked. */
        UnfitValue: {
            name: string;
            problem: string;
        };
        /** @description Someone who signs in. */
        User: {
            /** Format: date-time */
            created_at: string;
            /** @description Cannot sign in. */
            disabled: boolean;
            email: string;
            /** Format: uuid */
            id: string;
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description What shall change about a user; what is left out stays. */
        UserPatch: {
            disabled?: boolean | null;
            role?: components["schemas"]["Role"] | null;
        };
        /** @description The team, in the order they joined. */
        Users: {
            items: components["schemas"]["User"][];
        };
        /** @description What would come out of one variant. */
        VariantPreview: {
            /** @description A place that cannot be filled shows its name in braces. */
            body: string;
            /** @description `GSM-7` or `UCS-2`. */
            encoding: string;
            /** @description Names without a value and without a default. */
            missing: string[];
            name: string;
            /** Format: int32 */
            segments: number;
            /** @description Values that cannot be written as asked. */
            unfit: components["schemas"]["UnfitValue"][];
            /** @description Names that are neither declared nor built in. */
            unknown: string[];
        };
        /** @description What became of the messages made from one variant. */
        VariantResults: {
            /**
             * Format: int64
             * @description They wrote back within 72 hours.
             */
            answered: number;
            /** Format: int64 */
            delivered: number;
            /** Format: int64 */
            failed: number;
            name: string;
            /**
             * Format: int64
             * @description They asked not to be contacted within 72 hours.
             */
            opted_out: number;
            rates: components["schemas"]["Rates"];
            /**
             * Format: int64
             * @description Left for the carrier.
             */
            sent: number;
            /**
             * Format: int32
             * @description The version of all that is counted here; `null`: there are several, or none.
             */
            version?: number | null;
        };
        /**
         * @description Who is to answer.
         * @enum {string}
         */
        WantedMode: "answers" | "off";
        /** @description One way to reach a person. */
        Way: {
            /** @description An approved template would leave by it although a text would not. */
            by_template: boolean;
            /** @description Why it would not, for programs. */
            code?: string | null;
            /** @description It is taken if no line is named: they wrote by it last. */
            is_default: boolean;
            line: components["schemas"]["LineInfo"];
            /** @description A text of one's own would leave by it. */
            reaches: boolean;
            /** @description The same for people. */
            reason?: string | null;
            window?: components["schemas"]["MessagingWindow"] | null;
        };
        /** @description The lines of an installation, each with whether it reaches one person. */
        WayList: {
            items: components["schemas"]["Way"][];
        };
        /** @description One value that is or would be set anew. */
        WebhookChange: {
            after: string;
            /** @description Empty if nothing is set. */
            before: string;
            /** @description As the provider calls it. */
            parameter: string;
            place: string;
            /** @description The provider's id of the number, messaging service or profile. */
            place_id: string;
        };
        /** @description What a scheduler from outside set going. */
        Woken: {
            /**
             * Format: int64
             * @description Messages that were due and not in hand.
             */
            due: number;
        };
        /** @description Where a contact may be. */
        ZoneView: {
            /**
             * @description `contact`: set by hand; `number`: from the phone number; `default`: neither tells.
             * @enum {string}
             */
            source: "contact" | "number" | "default";
            /** @description IANA names, the most likely first. */
            zones: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_alerts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertList"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_alerts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertTest"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mute_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Mute"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settings"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_contacts: {
        parameters: {
            query?: {
                /** @description Part of a name, phone number or email address. */
                q?: string | null;
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactList"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_contact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactInput"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_contact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_contact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_best_time: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BestTime"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    block_contact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBlock"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentRecord"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unblock_contact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    contact_consent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentRecord"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    record_consent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConsent"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentRecord"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_facts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactFactList"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_content_templates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentTemplateList"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_content_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewContentTemplate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentTemplate"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sync_content_templates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentTemplateList"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_conversations: {
        parameters: {
            query?: {
                /** @description `open`, `pending`, `snoozed`, `resolved` or `all`, which is the default. */
                status?: string | null;
                /** @description Only those with something unread. */
                unread?: boolean | null;
                /** @description Part of the contact's name, phone number or email address. */
                q?: string | null;
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationList"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConversation"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConversationChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_conversation_persona: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationPersona"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_conversation_persona: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonaChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationPersona"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mark_conversation_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mark_conversation_unread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_ways: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WayList"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                /** @description The code of a group; empty for those without one. */
                code?: string;
                /** @description Part of the text. */
                q?: string;
                line_id?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drop_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Selection"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionResult"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_groups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterGroups"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Selection"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionResult"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Undo"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Undone"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    examine: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoctorReport"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_errors: {
        parameters: {
            query?: {
                /** @description Searched for in the error, its causes, the session, the phone number and the body. */
                q?: string;
                /** @description Only errors of this conversation or call. */
                session?: string;
                /** @description Only errors about this phone number, as `+14155550117`. */
                phone?: string;
                /** @description Only errors of this kind of job. */
                kind?: string;
                /** @description Only errors from this time on. */
                from?: string;
                /** @description Only errors before this time. */
                to?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcessingErrorList"];
                };
            };
            /** @description What went wrong, and what to do */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_error_rate: {
        parameters: {
            query?: {
                /** @description Where to begin: 24 hours before the end, unless told otherwise, and at most 31 days before it. */
                from?: string;
                /** @description Where to end: now, unless told otherwise. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorRate"];
                };
            };
            /** @description What went wrong, and what to do */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stream_events: {
        parameters: {
            query?: never;
            header?: {
                /** @description Resume after this event */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream of server-sent events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_fact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_invitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitations"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The secret end of the link */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationOffer"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The invitation */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_journal: {
        parameters: {
            query?: {
                /**
                 * @description Searched for in the address and the body: a phone number, words of a text, any parameter. A provider's id
                 *     is found however old it is.
                 */
                q?: string;
                /** @description Only webhooks of this kind, such as `twilio.message`. */
                kind?: string;
                /** @description Only webhooks of this line. */
                line_id?: string;
                /** @description Only those that have come so far. */
                state?: "processed" | "waiting" | "failed";
                /** @description Only webhooks from this time on. */
                from?: string;
                /** @description Only webhooks before this time. */
                to?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JournalList"];
                };
            };
            /** @description What went wrong, and what to do */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_entries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplaySelection"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replayed"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_journal_entry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JournalEntryDetails"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_entry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_line_providers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineProviderList"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_line_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineSettingsList"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_line: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLine"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineSettings"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_new_line: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLine"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineCheck"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_line_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineSettings"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_line: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineSettings"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_line: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LineChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineSettings"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_line: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineCheck"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_credentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCredentials"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineSettings"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retire_credentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineSettings"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_line: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineSettings"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_signature_findings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignatureFindings"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_line_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineWebhooks"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_line_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetWebhooks"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineWebhooks"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_line_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineWebhooks"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_lines: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineList"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    move_breaker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BreakerMove"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Line"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload: {
        parameters: {
            query?: {
                /** @description Its name, which those who get it see where their channel shows one. */
                name?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Media"];
                };
            };
            /** @description What went wrong, and what to do */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_media: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description The part asked for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    fetch_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Media"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_thumbnail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_messages: {
        parameters: {
            query?: {
                conversation_id?: string | null;
                contact_id?: string | null;
                channel?: string | null;
                state?: string | null;
                /** @description `inbound` or `outbound`. */
                direction?: string | null;
                cursor?: string | null;
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageList"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_message: {
        parameters: {
            query?: never;
            header: {
                /** @description The same key again gives the same message, once */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMessage"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_batch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResults"];
                };
            };
            /** @description What went wrong, and what to do */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_message: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMessage"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageCheck"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageDetails"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_email: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmailInFull"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_email_html: {
        parameters: {
            query?: {
                /** @description Fetch images that lie elsewhere: their owner learns that somebody looks. */
                images?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_message_now: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_personas: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonaList"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_persona: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DryRun"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DryRunResult"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_queue: {
        parameters: {
            query?: {
                /**
                 * @description When the day began for whoever asks, at most 25 hours ago: what left since is `sent_today`. Left out, it
                 *     is what left in the last 24 hours.
                 */
                today_from?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueFigures"];
                };
            };
            /** @description What went wrong, and what to do */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_history: {
        parameters: {
            query?: {
                /** @description How far back to look: the last hour, unless told otherwise. */
                span?: "hour" | "day";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueHistory"];
                };
            };
            /** @description What went wrong, and what to do */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_reviews: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewList"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decide_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_scheduled: {
        parameters: {
            query?: {
                conversation_id?: string;
                line_id?: string;
                /** @description Part of the text. */
                q?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduledList"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    wake_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Woken"];
                };
            };
            /** @description What went wrong, and what to do */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    current_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentSession"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_templates: {
        parameters: {
            query?: {
                /** @description Part of the name. */
                q?: string;
                /** @description The archived ones instead of those in use. */
                archived?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateList"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTemplate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplatePreviewRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplatePreview"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archive_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplateChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    template_results: {
        parameters: {
            query?: {
                /** @description Messages from then on; left out, from the first. */
                from?: string;
                /** @description Messages before then; left out, up to the last. */
                to?: string;
                /** @description Only those of this version: other words may do better or worse. */
                version?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateResults"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_template_versions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVersionList"];
                };
            };
            /** @description What went wrong, and what to do */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Users"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description What went wrong, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
