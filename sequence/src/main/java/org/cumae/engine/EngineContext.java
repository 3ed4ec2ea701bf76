package org.cumae.engine;

import org.cumae.Check;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Input;
import org.cumae.model.Ledger;
import org.cumae.model.Query;
import org.cumae.model.Question;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// A decoder's end of a [Slot]. It mirrors the length, so that everything a decoder can get wrong
/// is refused on the decoder's own thread; the engine's thread then does what was agreed.
final class EngineContext implements Context {
    private static final Set<Capability> ROLLBACK = EnumSet.of(Capability.ROLLBACK);

    private final Engine engine;
    private final Slot slot = new Slot();
    private final Ledger ledger;
    private final @Nullable Ticket ticket;
    private int length;
    private boolean closed;
    private boolean lost; // nobody knows what it holds: its last question was interrupted

    EngineContext(Engine engine, Ledger ledger, @Nullable Ticket ticket) {
        this.engine = engine;
        this.ledger = ledger;
        this.ticket = ticket;
        engine.hold(slot);
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
        List<List<Query>> chunks =
                questions.stream().map(question -> chunks(question.query())).toList();
        List<List<Answer>> answers =
                contexts.stream().map(_ -> (List<Answer>) new ArrayList<Answer>()).toList();
        int rounds = chunks.stream().mapToInt(List::size).max().orElse(0);
        for (int round = 0; round < rounds; round++) {
            askRound(round, contexts, chunks, answers);
        }
        return IntStream.range(0, questions.size())
                .mapToObj(i -> joined(questions.get(i).query(), chunks.get(i), answers.get(i)))
                .toList();
    }

    private void askRound(
            int round,
            List<EngineContext> contexts,
            List<List<Query>> chunks,
            List<List<Answer>> answers) {
        List<Integer> asking =
                IntStream.range(0, contexts.size())
                        .filter(i -> round < chunks.get(i).size())
                        .boxed()
                        .toList();
        List<Share> shares =
                asking.stream().map(i -> contexts.get(i).share(chunks.get(i).get(round))).toList();
        Asked asked = new Asked(shares, ledger, ticket);
        List<Answer> found;
        try {
            found = engine.ask(asked);
        } finally {
            if (asked.isAbandoned()) { // the pass may run without us, or not
                asking.forEach(i -> contexts.get(i).lost = true);
            }
        }
        for (int i = 0; i < asking.size(); i++) {
            contexts.get(asking.get(i)).length += shares.get(i).query().rows();
            answers.get(asking.get(i)).add(found.get(i));
        }
    }

    /// A long causal query in pieces of at most a pass each, so that a long prompt does not hold up
    /// its neighbours; any other query in one piece.
    private List<Query> chunks(Query query) {
        int most = engine.limits().maxRows();
        if (query.rows() <= most || !(query.visibility() instanceof Visibility.Causal)) {
            return List.of(query);
        }
        List<Query> chunks = new ArrayList<>();
        for (int from = 0; from < query.rows(); from += most) {
            chunks.add(slice(query, from, Math.min(from + most, query.rows())));
        }
        return chunks;
    }

    private Query slice(Query query, int from, int to) {
        Input input =
                switch (query.input()) {
                    case Input.Ids(Tokens tokens) -> new Input.Ids(tokens.slice(from, to));
                    case Input.Vectors(var vectors) -> new Input.Vectors(vectors.subList(from, to));
                };
        Optional<Tokens> positions = query.positions().map(ids -> ids.slice(from, to));
        List<Want> wants =
                query.wants().stream()
                        .filter(want -> want.row() >= from && want.row() < to)
                        .map(want -> shifted(want, from))
                        .toList();
        return new Query(input, positions, query.visibility(), wants);
    }

    private static Want shifted(Want want, int by) {
        return switch (want) {
            case Want.Law(int row, int from, int to) -> new Want.Law(row - by, from, to);
            case Want.Best(int row, int count) -> new Want.Best(row - by, count);
            case Want.Scores(int row, Tokens ids) -> new Want.Scores(row - by, ids);
            case Want.Hidden(int row) -> new Want.Hidden(row - by);
        };
    }

    /// Puts the findings of the chunks back into the order of the whole query's wants.
    private static Answer joined(Query whole, List<Query> chunks, List<Answer> answers) {
        if (chunks.size() == 1) {
            return answers.getFirst();
        }
        int size = chunks.getFirst().rows();
        int[] used = new int[chunks.size()];
        return new Answer(
                whole.wants().stream()
                        .map(want -> want.row() / size)
                        .map(chunk -> answers.get(chunk).findings().get(used[chunk]++))
                        .toList());
    }

    @Override
    public Context fork() {
        requireOpen();
        EngineContext copy = engine.context(ledger, ticket);
        copy.length = length;
        if (length > 0) {
            engine.act(copy.slot, model -> copy.slot.hold(slot.state(model).fork()));
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
        if (rows.isEmpty()) {
            engine.act(slot, model -> slot.state(model).truncate(from));
        } else {
            engine.act(slot, model -> slot.state(model).keep(from, rows));
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            engine.release(slot);
        }
    }

    private Share share(Query query) {
        return new Share(slot, query, length);
    }

    private void requireOpen() {
        Check.state(!closed, "the context is closed; open another one");
        Check.state(!lost, "the context's last question was interrupted; close it");
    }
}
