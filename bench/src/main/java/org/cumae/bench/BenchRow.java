package org.cumae.bench;

import org.jspecify.annotations.Nullable;

/// One measurement of a bench, beside what a user would otherwise use and what the machine allows.
///
/// @param name what was measured
/// @param subject on what: the model, its storage type, the number of requests
/// @param value the figure, a median of the run
/// @param unit its unit; more is better in every unit used here
/// @param peer what it is compared with, null where nothing comparable is known
/// @param peerValue the peer's figure in the same run, null where the peer could not be run
/// @param ratio value over peer value
/// @param limit what the machine allows, in the same unit: the memory bandwidth measured in the
///   same run over the bytes that a token must read, or the matrix rate over its products
/// @param shareOfLimit value over limit
/// @param note why the peer could not be run, and what would help
public record BenchRow(
        String name,
        String subject,
        double value,
        String unit,
        @Nullable String peer,
        @Nullable Double peerValue,
        @Nullable Double ratio,
        @Nullable Double limit,
        @Nullable Double shareOfLimit,
        @Nullable String note) {
    /// A figure by itself.
    public static BenchRow of(String name, String subject, double value, String unit) {
        return new BenchRow(name, subject, value, unit, null, null, null, null, null, null);
    }

    /// The same beside a peer's figure.
    public BenchRow beside(String peer, double peerValue) {
        double ratio = value / peerValue;
        return new BenchRow(
                name, subject, value, unit, peer, peerValue, ratio, limit, shareOfLimit, null);
    }

    /// The same beside a peer that is not on this machine.
    ///
    /// @param why what is missing, and what would help
    public BenchRow without(String peer, String why) {
        return new BenchRow(name, subject, value, unit, peer, null, null, limit, shareOfLimit, why);
    }

    /// The same under a limit.
    public BenchRow under(double limit) {
        double share = value / limit;
        return new BenchRow(name, subject, value, unit, peer, peerValue, ratio, limit, share, note);
    }
}
