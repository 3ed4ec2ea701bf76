package org.cumae.text;

import org.cumae.Check;
import org.cumae.engine.EngineLimits;
import org.cumae.net.Skipping;

import java.util.Optional;
import java.util.OptionalInt;

/// Where and how a model runs.
///
/// @param device `auto`, `cpu`, `cuda` or `cuda:1`
/// @param dtype in how many bits matrices are held: `float32`, `float16`, `int8`, or `auto` for the
///   one that the file's own type asks for, see [org.cumae.net.Precision#fitting]
/// @param threads for products on the processor; without it as many as there are cores
/// @param limits how much its engine takes on
/// @param batchInvariant whether a result is never to depend on what runs beside it, to the last
///   bit, at some cost; see [org.cumae.net.Rounding]
/// @param ranks how many processes compute the model together; see [org.cumae.net.ParallelModel]
/// @param skipping which feed-forward parts are left out, where any are
public record OpenOptions(
        String device,
        String dtype,
        OptionalInt threads,
        EngineLimits limits,
        boolean batchInvariant,
        int ranks,
        Optional<Skipping> skipping) {
    /// What suits most machines.
    public static final OpenOptions DEFAULT =
            new OpenOptions(
                    "auto",
                    "auto",
                    OptionalInt.empty(),
                    EngineLimits.DEFAULT,
                    false,
                    1,
                    Optional.empty());

    /// Refuses numbers below one, and what several processes cannot keep to.
    public OpenOptions {
        threads.ifPresent(
                count -> Check.argument(count > 0, "threads is %d; it must be 1 or more", count));
        Check.argument(ranks > 0, "a model is run by %d processes; it must be 1 or more", ranks);
        Check.argument(
                ranks == 1 || !batchInvariant,
                "%d processes add up in an order that follows the size of a pass, so results cannot"
                        + " be equal to the last bit; leave one of the two options out",
                ranks);
        Check.argument(
                ranks == 1 || skipping.isEmpty(),
                "%d processes compute the model, and parts are skipped in one only; leave one of the"
                        + " two options out",
                ranks);
    }

    /// The same on another device.
    public OpenOptions withDevice(String device) {
        return new OpenOptions(device, dtype, threads, limits, batchInvariant, ranks, skipping);
    }

    /// The same in another number format.
    public OpenOptions withDtype(String dtype) {
        return new OpenOptions(device, dtype, threads, limits, batchInvariant, ranks, skipping);
    }

    /// The same with so many threads.
    public OpenOptions withThreads(int threads) {
        return new OpenOptions(
                device, dtype, OptionalInt.of(threads), limits, batchInvariant, ranks, skipping);
    }

    /// The same with an engine of other limits.
    public OpenOptions withLimits(EngineLimits limits) {
        return new OpenOptions(device, dtype, threads, limits, batchInvariant, ranks, skipping);
    }

    /// The same, with results that never depend on what runs beside them, or as is fastest.
    public OpenOptions withBatchInvariant(boolean batchInvariant) {
        return new OpenOptions(device, dtype, threads, limits, batchInvariant, ranks, skipping);
    }

    /// The same, computed by so many processes together.
    public OpenOptions withRanks(int ranks) {
        return new OpenOptions(device, dtype, threads, limits, batchInvariant, ranks, skipping);
    }

    /// The same where feed-forward parts are left out: another model, a little faster.
    public OpenOptions withSkipping(Skipping skipping) {
        return new OpenOptions(
                device, dtype, threads, limits, batchInvariant, ranks, Optional.of(skipping));
    }
}
