package org.cumae.decode;

/// Why a text ended.
public sealed interface Finish {
    /// The one word for it: `stop`, `length`, `cancelled` or `time`.
    String reason();

    /// A stop token was drawn.
    ///
    /// @param token which
    record StopToken(int token) implements Finish {
        @Override
        public String reason() {
            return "stop";
        }
    }

    /// A stop string came up.
    ///
    /// @param string which
    record StopString(String string) implements Finish {
        @Override
        public String reason() {
            return "stop";
        }
    }

    /// The constraint lets nothing more be written: the text is whole.
    record Complete() implements Finish {
        @Override
        public String reason() {
            return "stop";
        }
    }

    /// As many tokens as were asked for, or as the model's context holds.
    record Length() implements Finish {
        @Override
        public String reason() {
            return "length";
        }
    }

    /// The sink had enough, the thread was interrupted, or the engine was closed.
    record Cancelled() implements Finish {
        @Override
        public String reason() {
            return "cancelled";
        }
    }

    /// The time was over.
    record TimeUp() implements Finish {
        @Override
        public String reason() {
            return "time";
        }
    }
}
