package org.cumae.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.exact.ChiSquare;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class OrderTest {
    @Test
    void ranksAreWhatEachKindOfOrderSays() {
        assertThat(Order.raster(3).ranks()).containsExactly(0, 1, 2);
        assertThat(Order.together(3).ranks()).containsExactly(0, 0, 0);
        assertThat(Order.given(List.of(2, 0, 1)).ranks()).containsExactly(1, 2, 0);
        assertThat(Order.blocks(5, 2).ranks()).containsExactly(0, 0, 1, 1, 2);
        assertThat(Order.rings(2, 3, 0, 1).ranks()).containsExactly(1, 0, 1, 2, 1, 2);
        assertThat(Order.scales(1, 2).ranks()).containsExactly(0, 1, 1, 1, 1);
        assertThat(Order.raster(4).thenTogether(2).ranks()).containsExactly(0, 1, 2, 2);
        assertThat(Order.raster(4).thenTogether(0)).isEqualTo(Order.together(4));
        assertThat(Order.raster(4).thenTogether(9)).isEqualTo(Order.raster(4));
        assertThat(Order.raster(0).groups()).isEmpty();
    }

    @Test
    void groupsHoldEachVariableOnceInTheOrderOfRanks() {
        Order order = Order.rings(2, 3, 0, 1);
        assertThat(order.groups()).containsExactly(List.of(1), List.of(0, 2, 4), List.of(3, 5));
        assertThat(order.line()).containsExactly(1, 0, 2, 4, 3, 5);
        assertThat(Order.given(order.line())).isEqualTo(order.oneByOne());
        assertThat(order.steps()).isEqualTo(3);
    }

    @Test
    void aRowSeesItsOwnAndLowerRanks() {
        Order order = Order.blocks(4, 2);
        assertThat(order.visibility().sees(0, 1, 0)).isTrue();
        assertThat(order.visibility().sees(0, 2, 0)).isFalse();
        assertThat(order.visibility().sees(3, 0, 0)).isTrue();
        assertThat(order.visibility().sees(0, 0, 5)).isTrue();
    }

    /// 60,000 permutations of 3; false alarm 1e-6.
    @Test
    void randomOrdersAreUniformAndKeyed() {
        Map<List<Integer>, Integer> index = new HashMap<>();
        long[] counts = new long[6];
        for (int i = 0; i < 60_000; i++) {
            List<Integer> ranks = Order.random(3, Noise.of(5, i)).ranks();
            index.putIfAbsent(ranks, index.size());
            counts[index.get(ranks)]++;
        }
        double each = 1.0 / 6;
        assertThat(ChiSquare.falseAlarm(counts, new double[] {each, each, each, each, each, each}))
                .isGreaterThan(1e-6);
        assertThat(Order.random(50, Noise.of(1, 1))).isEqualTo(Order.random(50, Noise.of(1, 1)));
    }

    @Test
    void cellsAreWrittenOneByOneAndTheirPlacesAtOnce() {
        assertThat(Order.cells(3, 4, 2).ranks())
                .containsExactly(0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3);
        assertThat(Order.cells(3, 4, 4).steps()).isEqualTo(1);
        assertThat(Order.cells(3, 4, 1)).isEqualTo(Order.raster(12));
    }

    /// The counts of the common visual card.
    @Test
    void aCosineWritesFewAtFirstAndManyAtTheEnd() {
        assertThat(Order.cosine(256, 4)).containsExactly(20, 55, 84, 97);
        List<Integer> sizes = Order.cosine(64, 32);
        assertThat(sizes).hasSize(32).startsWith(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(64);
        assertThat(sizes.stream().mapToInt(Integer::intValue).max()).hasValue(3);
        Order order = Order.grouped(Order.random(64, Noise.of(1, 1)).line(), sizes);
        assertThat(order.groups().stream().map(List::size)).containsExactlyElementsOf(sizes);
        assertThatThrownBy(() -> Order.cosine(4, 5)).hasMessageContaining("take [1, 4]");
        assertThatThrownBy(() -> Order.grouped(List.of(0, 1), List.of(1)))
                .hasMessageContaining("write 1 variables and there are 2");
    }

    /// Pairs of places that see each other, as NAR's card counts them.
    @Test
    void ringsHaveTheSizesOfTheCard() {
        Order rings = Order.rings(16, 16, 0, 0);
        assertThat(rings.steps()).isEqualTo(31);
        assertThat(rings.groups().get(15)).hasSize(16);
        long pairs =
                IntStream.range(0, 256 * 256)
                        .filter(i -> rings.visibility().sees(i / 256, i % 256, 0))
                        .count();
        assertThat(pairs).isEqualTo(34_136);
    }

    @Test
    void whatIsNoOrderIsRefusedInWords() {
        assertThatThrownBy(() -> new Order(List.of(0, 2))).hasMessageContaining("without a gap");
        assertThatThrownBy(() -> new Order(List.of(-1, 0))).hasMessageContaining("without a gap");
        assertThatThrownBy(() -> Order.given(List.of(0, 0))).hasMessageContaining("[0, 2) once");
        assertThatThrownBy(() -> Order.rings(2, 2, 2, 0)).hasMessageContaining("outside a grid");
        assertThatThrownBy(() -> Order.blocks(4, 0)).hasMessageContaining("1 or more");
    }
}
