package org.cumae.decode.speculative.draft;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.decode.speculative.Kseq;
import org.cumae.decode.speculative.Law;
import org.cumae.decode.speculative.RecursiveRejection;
import org.cumae.decode.speculative.Speculative;
import org.cumae.distribution.Sampling;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Ledger;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// What a draft model is asked.
class SmallModelTest {
    private static Ledger.Entry draftCost(TableModel p, TableModel q, Law law, int width) {
        List<Context> opened = new ArrayList<>();
        SmallModel drafter =
                new SmallModel(
                        q.card(),
                        () -> {
                            opened.add(DirectContext.open(q));
                            return opened.getLast();
                        });
        Request request =
                Request.of(Tokens.of(1, 0, 2)).withSampling(Sampling.PLAIN).withMaxNewTokens(41);
        try (Context context = DirectContext.open(p)) {
            new Speculative(drafter, law, new DraftLength.Fixed(4), width)
                    .decode(context, request, Sink.NONE);
        }
        assertThat(opened).hasSize(1);
        return opened.getFirst().ledger().entry(0, 0);
    }

    @Test
    void whatWasDraftedAndAcceptedIsNotFedAgain() {
        TableModel p = TableModel.random(6, 2, 4);
        Ledger.Entry cost = draftCost(p, p, new Gumbel(), 1);
        // eight rounds: the prompt and the first token, later the fourth drafted one and the one
        // after it; then three drafted tokens
        assertThat(cost.forwards()).isEqualTo(8 * 4);
        assertThat(cost.rows()).isEqualTo(3 + 1 + 7 * 2 + 8 * 3);
    }

    @Test
    void sequencesThatAgreeAreFedOnce() {
        TableModel p = TableModel.random(3, 1, 4);
        Ledger.Entry cost = draftCost(p, p, new Kseq(), 5);
        assertThat(cost.peakRows()).isLessThanOrEqualTo(5);
        long levels = cost.forwards() * 3 / 4; // of each round all but the first
        assertThat(cost.rows()).isLessThan(5 * levels); // three ids: five never differ at once
        Ledger.Entry distinct = draftCost(p, p, new RecursiveRejection(false), 2);
        assertThat(distinct.forwards()).isEqualTo(cost.forwards());
    }
}
