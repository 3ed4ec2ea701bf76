package org.cumae.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Products are shared by OpenBLAS's threads except where each thread of a loop asks for its own.
class OpenMpTest {
    private int threads;

    @BeforeEach
    void useTwo() {
        assumeThat(OpenMp.blasThreads()).as("OpenBLAS computes the products").isPresent();
        threads = Processor.threads();
        Processor.useThreads(2);
    }

    @AfterEach
    void useAsBefore() {
        Processor.useThreads(threads);
    }

    @Test
    void productsAreSharedAgainWhenTheLastScopeHasClosed() {
        OpenMp.Alone first = OpenMp.blasAlone();
        OpenMp.Alone second = OpenMp.blasAlone();
        first.close(); // in the order of their opening: they are of two threads
        assertThat(OpenMp.blasThreads()).hasValue(1);
        second.close();
        assertThat(OpenMp.blasThreads()).hasValue(2);
    }

    @Test
    void aNumberThatIsSetMeanwhileCountsAfterwards() {
        try (var _ = OpenMp.blasAlone()) {
            OpenMp.useBlasThreads(1);
            OpenMp.useBlasThreads(2);
            assertThat(OpenMp.blasThreads()).hasValue(1);
        }
        assertThat(OpenMp.blasThreads()).hasValue(2);
    }
}
