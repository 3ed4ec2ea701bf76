package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Reproductions;
import org.cumae.reproduce.Trial;
import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import tools.jackson.databind.JsonNode;

import java.util.List;

class ReproduceCommandTest {
    private record Planted(double measured) implements Reproduction {
        @Override
        public int method() {
            return 46;
        }

        @Override
        public String claim() {
            return "more tokens a pass";
        }

        @Override
        public Outcome run(Trial trial) {
            trial.progress().accept(trial.quick() ? "trying quickly" : "trying");
            Figure alone = new Figure("one draft", 1.5, "tokens/pass");
            Figure many = new Figure("four drafts", measured, "tokens/pass");
            return new Outcome(alone, many, measured > alone.value(), List.of(alone, many));
        }
    }

    private static Ran run(double measured, String... words) {
        Reproductions planted = new Reproductions(List.of(new Planted(measured)));
        return Ran.of(new CommandLine(new ReproduceCommand(() -> planted)), words);
    }

    @Test
    void aClaimThatHoldsExitsWith0() {
        Ran ran = run(2.5, "46", "--quick", "--json");
        assertThat(ran.status()).isZero();
        JsonNode object = ran.json();
        assertThat(object.propertyNames())
                .contains("method", "claim", "baseline", "measured", "holds", "seconds");
        assertThat(object.get("method").asInt()).isEqualTo(46);
        assertThat(object.get("baseline").asDouble()).isEqualTo(1.5);
        assertThat(object.get("measured").asDouble()).isEqualTo(2.5);
        assertThat(object.get("holds").asBoolean()).isTrue();
        assertThat(ran.err()).isEqualTo("trying quickly\n");
    }

    @Test
    void aClaimThatDoesNotHoldExitsWith1() {
        Ran ran = run(1.25, "46");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).contains("46 SpecTr", "more tokens a pass", "1.25", "does not hold");
        assertThat(run(1.25, "46", "--json").json().get("holds").asBoolean()).isFalse();
    }

    @Test
    void aMethodWithNothingToTryIsWrongUse() {
        Ran ran = Ran.of("reproduce", "2");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("02 Autoregressive models in vision").contains("can be");
        assertThat(Ran.of("reproduce", "49").status()).isEqualTo(2);
        assertThat(Ran.of("reproduce", "many").status()).isEqualTo(2);
    }
}
