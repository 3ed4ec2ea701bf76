package org.cumae.engine;

import org.cumae.distribution.Finding;
import org.cumae.model.Answer;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// One context's part of an [Asked], on its way through one pass or several.
///
/// Before its own rows come those that the context has lost and must hold again. Until it is
/// created it belongs to the asker; from then on to the engine's thread.
final class Share {
    final Slot slot;
    final Query query;
    final int length; // rows that the context holds before
    private final Finding[] findings;
    private int done; // rows of the query that are in the state

    Share(Slot slot, Query query, int length) {
        this.slot = slot;
        this.query = query;
        this.length = length;
        this.findings = new Finding[query.wants().size()];
    }

    /// Rows still to be fed, those to be fed again among them.
    int left() {
        return slot.missing() + query.rows() - done;
    }

    boolean isDone() {
        return done == query.rows();
    }

    private boolean isCausal() {
        return query.visibility() instanceof Visibility.Causal;
    }

    /// Whether what is left can be fed in pieces.
    boolean isDivisible() {
        return isCausal() || slot.missing() > 0;
    }

    /// The ids that the context will hold, if any other that begins with them would hold the same.
    Optional<int[]> line() {
        Fed fed = slot.fed();
        boolean plain =
                isCausal()
                        && query.positions().isEmpty()
                        && query.input() instanceof Input.Ids
                        && fed.plainRows() == fed.rows();
        if (!plain || !(query.input() instanceof Input.Ids(Tokens tokens))) {
            return Optional.empty();
        }
        int[] line = Arrays.copyOf(fed.plainIds(fed.rows()), fed.rows() + query.rows() - done);
        for (int row = done; row < query.rows(); row++) {
            line[fed.rows() + row - done] = tokens.get(row);
        }
        return Optional.of(line);
    }

    /// How many rows of the [#line] may come from elsewhere: none that is asked about, and not all,
    /// since what follows the last is what a question is about.
    int spare() {
        int firstAsked =
                query.wants().stream()
                        .mapToInt(Want::row)
                        .filter(row -> row >= done)
                        .min()
                        .orElse(query.rows() - 1);
        return slot.fed().rows() + Math.min(firstAsked, query.rows() - 1) - done;
    }

    /// The state holds rows of the [#line] that came from elsewhere, up to a length.
    void skipTo(int length) {
        int own = length - slot.fed().rows();
        if (own > 0) {
            slot.fed().add(query.slice(done, done + own).wanting());
            done += own;
        }
    }

    /// What to feed in the next pass.
    ///
    /// @param most so many rows where they can be divided
    Step next(int most) {
        int missing = slot.missing();
        if (missing == 0) {
            Query piece =
                    isCausal() && query.rows() - done > most
                            ? query.slice(done, done + most)
                            : done == 0 ? query : query.slice(done, query.rows());
            return new Step(this, piece, 0, slot.length());
        }
        Query again = slot.fed().again(slot.length(), most);
        boolean joins =
                again.rows() == missing
                        && missing < most
                        && isCausal()
                        && query.input() instanceof Input.Ids
                        && slot.fed().isLineFrom(slot.length());
        if (joins) {
            int own = Math.min(most - missing, query.rows() - done);
            again = joined(again, query.slice(done, done + own), slot.length());
        }
        return new Step(this, again, Math.min(missing, again.rows()), slot.length());
    }

    /// Two causal lines as one.
    private static Query joined(Query first, Query second, int from) {
        int[] ids = concat(ids(first), ids(second));
        Query whole = Query.feed(Tokens.of(ids));
        if (first.positions().isPresent() || second.positions().isPresent()) {
            whole =
                    whole.at(
                            Tokens.of(
                                    concat(
                                            positions(first, from),
                                            positions(second, from + first.rows()))));
        }
        return whole.wanting(
                second.wants().stream().map(want -> want.shifted(first.rows())).toList());
    }

    private static int[] ids(Query query) {
        return query.input() instanceof Input.Ids(Tokens ids) ? ids.toArray() : new int[0];
    }

    private static int[] positions(Query query, int from) {
        return query.positions()
                .map(Tokens::toArray)
                .orElseGet(() -> IntStream.range(from, from + query.rows()).toArray());
    }

    private static int[] concat(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /// A step was run.
    void ran(Step step, Answer answer) {
        int own = step.rows() - step.again();
        if (own > 0) {
            Query fed = own == query.rows() ? query : query.slice(done, done + own);
            int next = 0;
            for (int want = 0; want < findings.length; want++) {
                int row = query.wants().get(want).row();
                if (row >= done && row < done + own) {
                    findings[want] = answer.findings().get(next++);
                }
            }
            slot.fed().add(fed);
            done += own;
        }
        slot.count();
    }

    Answer answer() {
        return new Answer(new ArrayList<>(List.of(findings)));
    }

    /// A share's part of one pass.
    ///
    /// @param query what to feed and ask
    /// @param again how many of its rows were fed before
    /// @param before how many rows the state holds before the pass
    record Step(Share share, Query query, int again, int before) {
        int rows() {
            return query.rows();
        }

        /// After a failed pass: a state that is not as it was before is never used again.
        void requireUntouched() {
            if (share.slot.length() != before) {
                share.slot.fail(
                        new IllegalStateException(
                                "a failed pass left %d rows in a context that held %d"
                                        .formatted(share.slot.length(), before)));
            }
        }
    }
}
