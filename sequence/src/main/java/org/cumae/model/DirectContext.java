package org.cumae.model;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A context that runs its model on the calling thread: for one decoder at a time, for proofs and
/// for tools. What it checks and promises is what a context of the engine does.
public final class DirectContext implements Context {
    private static final Set<Capability> ROLLBACK = EnumSet.of(Capability.ROLLBACK);

    private final Model model;
    private final Card card;
    private final State state;
    private final Ledger ledger;
    private final List<Query> fed; // of states that may have to be fed again; else empty
    private boolean closed;

    private DirectContext(Model model, State state, Ledger ledger, List<Query> fed) {
        this.fed = new ArrayList<>(fed);
        this.model = model;
        this.card = model.card();
        this.state = state;
        this.ledger = ledger;
    }

    /// An empty context. The caller closes it, and the model after it.
    public static Context open(Model model) {
        return new DirectContext(model, model.open(), new Ledger(), List.of());
    }

    @Override
    public Card card() {
        return card;
    }

    @Override
    public int length() {
        return state.length();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the same model, not an equal one
    public List<Answer> askAll(List<Question> questions) {
        Set<Context> asked = new HashSet<>();
        List<Model.Part> pass = new ArrayList<>();
        for (Question question : questions) {
            Check.argument(
                    question.context() instanceof DirectContext context && context.model == model,
                    "a question is for a context of another model; ask each model by itself");
            DirectContext context = (DirectContext) question.context();
            Check.argument(
                    asked.add(context),
                    "two questions are for the same context; fork it, or put them in one query");
            context.requireOpen();
            question.query().check(card, context.length());
            pass.add(new Model.Part(context.state, question.query()));
        }
        long begin = System.nanoTime();
        List<Answer> answers = model.forward(pass);
        int rows = pass.stream().mapToInt(part -> part.query().rows()).sum();
        ledger.pass(rows, 0, System.nanoTime() - begin);
        if (!model.cutsAnywhere()) {
            for (Question question : questions) {
                DirectContext context = (DirectContext) question.context();
                context.fed.add(question.query().wanting());
            }
        }
        return answers;
    }

    @Override
    public Context fork() {
        requireOpen();
        return new DirectContext(model, state.fork(), ledger, fed);
    }

    @Override
    public void truncate(int length) {
        keep(length, Tokens.NONE);
    }

    @Override
    public void keep(int from, Tokens rows) {
        requireOpen();
        State.checkKeep(from, rows, length());
        if (from == length()) {
            return;
        }
        card.require("taking rows back", ROLLBACK);
        if (!model.cutsAnywhere()) {
            Check.argument(
                    rows.isEmpty(),
                    "model %s remembers no single rows; take rows back from the end",
                    card.name());
            restore(from);
        } else if (rows.isEmpty()) {
            state.truncate(from);
        } else {
            state.keep(from, rows);
        }
    }

    /// Goes back to where the state was remembered, and feeds what is between there and a length.
    private void restore(int length) {
        int begin = state.nearest(length);
        state.truncate(begin);
        List<Query> kept = new ArrayList<>();
        int at = 0;
        for (Query query : List.copyOf(fed)) {
            int end = Math.min(query.rows(), length - at);
            if (end > 0) {
                kept.add(end == query.rows() ? query : query.slice(0, end));
            }
            int first = Math.max(begin - at, 0);
            if (first < end) {
                model.forward(List.of(new Model.Part(state, query.slice(first, end))));
            }
            at += query.rows();
        }
        fed.clear();
        fed.addAll(kept);
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            state.close();
        }
    }

    private void requireOpen() {
        Check.state(!closed, "the context is closed; open another one");
    }
}
