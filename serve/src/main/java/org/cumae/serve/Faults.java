package org.cumae.serve;

import org.cumae.engine.BusyException;
import org.cumae.engine.LateException;
import org.cumae.engine.MemoryException;
import org.cumae.model.CapabilityException;

import java.util.concurrent.RejectedExecutionException;

/// What clients are told of a fault: refusals as they are, everything else without its inside.
final class Faults {
    private Faults() {}

    /// The answer to a fault; what is ours goes to the log with its stack.
    static ApiError error(Exchange exchange, Throwable fault) {
        return switch (fault) {
            case ApiError refusal -> refusal;
            case CapabilityException lack ->
                    ApiError.badField("decoder", "%s", String.valueOf(lack.getMessage()));
            case IllegalArgumentException refusal when refusal.getMessage() != null ->
                    ApiError.badRequest("%s", refusal.getMessage());
            case BusyException busy -> ApiError.tooMany(words(busy), busy.retryAfter());
            case LateException late -> ApiError.late(words(late));
            case MemoryException large -> ApiError.notNow(words(large));
            case RejectedExecutionException _ ->
                    ApiError.notNow("the server takes no more work now; try again later");
            default -> {
                RequestLog.fault(exchange, fault);
                yield ApiError.ours(exchange.id());
            }
        };
    }

    private static String words(Throwable fault) {
        return String.valueOf(fault.getMessage());
    }
}
