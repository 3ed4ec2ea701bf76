package org.cumae.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

/// The list of methods, and what can be tried of them.
class ReproductionsTest {
    private record Planted(int method) implements Reproduction {
        @Override
        public String claim() {
            return "planted";
        }

        @Override
        public Outcome run(Trial trial) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void thereAre48MethodsEachWithAPaper() {
        List<Method> all = Methods.all48().all();
        assertThat(all).hasSize(48);
        assertThat(all).allSatisfy(it -> assertThat(it.arxiv()).matches("\\d{4}\\.\\d{5}"));
        assertThat(all).extracting(Method::arxiv).doesNotHaveDuplicates();
    }

    @Test
    void whatCannotBeTriedIsRefusedWithWhatCan() {
        Reproductions some = new Reproductions(List.of(new Planted(46), new Planted(6)));
        assertThat(some.find(46).claim()).isEqualTo("planted");
        assertThatThrownBy(() -> some.find(11))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("11 Flover")
                .hasMessageContaining("06 AR-Net")
                .hasMessageContaining("46 SpecTr");
        assertThatThrownBy(() -> some.find(49)).hasMessageContaining("1 to 48");
    }

    @Test
    void twoReproductionsOfOneMethodAreRefused() {
        assertThatThrownBy(() -> new Reproductions(List.of(new Planted(6), new Planted(6))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("06 AR-Net");
    }

    @Test
    void theInstalledOnesAreOfKnownMethods() {
        Reproductions installed = Reproductions.installed();
        assertThat(Methods.all48().all())
                .filteredOn(method -> installed.has(method.number()))
                .allSatisfy(
                        method -> assertThat(installed.find(method.number()).claim()).isNotBlank());
    }
}
