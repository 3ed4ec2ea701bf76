package org.cumae.engine;

import org.cumae.Check;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Ledger;
import org.cumae.model.Question;
import org.cumae.model.State;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A decoder's end of a [Slot]. It mirrors the length, so that everything a decoder can get wrong
/// is refused on the decoder's own thread; the engine's thread then does what was agreed.
final class EngineContext implements Context {
    private static final Set<Capability> ROLLBACK = EnumSet.of(Capability.ROLLBACK);

    private final Engine engine;
    private final Ledger ledger;
    private final Ticket ticket;
    private final Slot slot;
    private int length;
    private boolean closed;
    private boolean lost; // nobody knows what it holds: its last question was interrupted

    EngineContext(Engine engine, Ledger ledger, Ticket ticket) {
        this.engine = engine;
        this.ledger = ledger;
        this.ticket = ticket;
        this.slot = engine.slot(ticket);
    }

    @Override
    public Card card() {
        return engine.card();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public List<Answer> askAll(List<Question> questions) {
        List<EngineContext> contexts = new ArrayList<>(questions.size());
        for (Question question : questions) {
            Check.argument(
                    question.context() instanceof EngineContext context && context.engine == engine,
                    "a question is for a context of another engine; ask each engine by itself");
            EngineContext context = (EngineContext) question.context();
            Check.argument(
                    !contexts.contains(context),
                    "two questions are for the same context; fork it, or put them in one query");
            context.requireOpen();
            question.query().check(card(), context.length);
            contexts.add(context);
        }
        List<Share> shares = new ArrayList<>(contexts.size());
        for (int i = 0; i < contexts.size(); i++) {
            EngineContext context = contexts.get(i);
            shares.add(new Share(context.slot, questions.get(i).query(), context.length));
        }
        Asked asked = new Asked(shares, ledger, ticket, System.nanoTime());
        List<Answer> answers;
        try {
            answers = engine.ask(asked);
        } finally {
            if (asked.isAbandoned()) { // its rows may have been fed, or some of them, or none
                contexts.forEach(context -> context.lost = true);
            }
        }
        for (int i = 0; i < contexts.size(); i++) {
            contexts.get(i).length += questions.get(i).query().rows();
        }
        return answers;
    }

    @Override
    public Context fork() {
        requireOpen();
        EngineContext copy = engine.context(ledger, ticket);
        copy.length = length;
        if (length > 0) {
            engine.fork(slot, copy.slot);
        }
        return copy;
    }

    @Override
    public void truncate(int length) {
        keep(length, Tokens.NONE);
    }

    @Override
    public void keep(int from, Tokens rows) {
        requireOpen();
        State.checkKeep(from, rows, length);
        if (from == length) {
            return;
        }
        card().require("taking rows back", ROLLBACK);
        length = from + rows.size();
        engine.keep(slot, from, rows);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            engine.release(slot);
        }
    }

    private void requireOpen() {
        Check.state(!closed, "the context is closed; open another one");
        Check.state(!lost, "the context's last question was interrupted; close it");
    }
}
