package org.cumae.serve;

import org.cumae.engine.EngineStats;
import org.cumae.text.Prompt;
import org.cumae.text.ToolForm;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A loaded text model as the server sees it: names, tokens, and a call that writes.
///
/// Safe for many threads at once.
interface Served {
    /// The name clients ask for.
    String id();

    /// One line for people.
    String description();

    /// Ids are `[0, vocabulary)`.
    int vocabulary();

    /// How many tokens prompt and answer may have together.
    int maxLength();

    /// Whether it can write between a prompt and a suffix.
    default boolean infills() {
        return false;
    }

    /// Whether the model has a chat template.
    boolean chats();

    /// The id that begins every text, if the model has one.
    OptionalInt bos();

    /// When it was loaded, in seconds since 1970.
    long created();

    /// Prompts that suit the model, for people who do not know what to type.
    List<String> starters();

    /// The decoders it can be asked with, the standard one first.
    List<DecoderCard> decoders();

    /// Values in force where a request says nothing, by the field's name.
    Map<String, Double> defaults();

    /// The ids of a text.
    ///
    /// @param special whether the beginning-of-text id is added and special tokens are recognised
    int[] encode(String text, boolean special);

    /// The text of ids.
    String decode(int[] ids);

    /// The text of one id on its own, as it may be shown.
    String piece(int id);

    /// In which form it asks for functions to be called; empty where its template knows none.
    default Optional<ToolForm> tools() {
        return Optional.empty();
    }

    /// Whether an id steers the model and is no part of its text.
    default boolean steers(int id) {
        return false;
    }

    /// The ids of a conversation under the model's template.
    int[] chat(Prompt.Chat conversation);

    /// Writes an answer on the calling thread, step by step.
    ///
    /// @param ask what to write
    /// @param steps hears every step; when it says no, the run ends
    /// @throws java.util.concurrent.CancellationException if the thread was interrupted
    Written write(Ask ask, Steps steps);

    /// What its engine has done and holds; empty where there is none.
    default Optional<EngineStats> engine() {
        return Optional.empty();
    }

    /// For how long its engine has been inside one pass.
    default Duration inPass() {
        return Duration.ZERO;
    }

    /// Hears what is written.
    interface Steps {
        /// One step.
        ///
        /// @return whether to go on
        boolean step(Step step);
    }

    /// A token as it was laid down.
    ///
    /// @param step counts from 0
    /// @param position of the token in prompt and answer together
    /// @param id the token
    /// @param text its own text, as it may be shown; may be empty while a character is incomplete
    /// @param settled text that this step made final, in order
    /// @param state whether it may still change
    /// @param probability of the token under the model's own law, before any filter
    /// @param filtered its probability under the law it was drawn from
    /// @param entropy of the model's own law, in bits; NaN when not known
    /// @param alternatives the likeliest tokens there, likeliest first
    /// @param draft what had been guessed of it and of what follows, parents before children; with
    ///   the first token of a pass that looked at guesses
    /// @param forwards passes that the answer has taken part in so far
    /// @param rows rows that it has fed so far
    record Step(
            int step,
            int position,
            int id,
            String text,
            String settled,
            State state,
            double probability,
            double filtered,
            double entropy,
            List<Alternative> alternatives,
            List<Guess> draft,
            long forwards,
            long rows) {
        public Step {
            alternatives = List.copyOf(alternatives);
            draft = List.copyOf(draft);
        }

        /// Whether it stays.
        boolean isCommitted() {
            return state == State.COMMITTED;
        }
    }

    /// Whether a token may still change.
    enum State {
        PROVISIONAL,
        COMMITTED,
        REVISED
    }

    /// A token that a draft proposed.
    ///
    /// @param parent which guess of the draft it follows; -1 for the token before the draft
    /// @param accepted whether it was written
    record Guess(int parent, int id, String text, boolean accepted) {}

    /// What else could stand there.
    ///
    /// @param probability before any filter
    /// @param filtered after all of them; 0 when cut
    record Alternative(int id, String text, double probability, double filtered) {}

    /// A finished answer.
    ///
    /// @param text all of it
    /// @param ids the new tokens only
    /// @param finish why it ended: `stop`, `length`, `time` or `cancelled`
    /// @param ledger what it has cost
    record Written(String text, List<Integer> ids, String finish, Cost ledger) {
        /// What OpenAI's clients know: they have no word for an answer whose time was over.
        String finishReason() {
            return finish.equals("time") ? "length" : finish;
        }

        public Written {
            ids = List.copyOf(ids);
        }
    }

    /// What an answer has cost.
    record Cost(
            long forwards,
            long rows,
            long peakRows,
            long cachedRows,
            long recomputedRows,
            long emitted,
            long commits,
            long drafted,
            List<Integer> accepted,
            double seconds,
            double queuedSeconds,
            double forwardSeconds,
            double draftSeconds,
            double verifySeconds,
            boolean exact) {
        public Cost {
            accepted = List.copyOf(accepted);
        }
    }
}
