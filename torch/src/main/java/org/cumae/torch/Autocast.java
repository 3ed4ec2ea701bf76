package org.cumae.torch;

import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// While it is open, this thread's products are computed in 16 bits where that is safe; what is
/// summed or normalised stays in 32.
public final class Autocast implements AutoCloseable {
    private final boolean before;

    private Autocast(boolean on) {
        before = torch.is_autocast_enabled(DeviceType.CPU);
        // kept copies of weights would be stale after a step
        torch.set_autocast_cache_enabled(false);
        torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
        torch.set_autocast_enabled(DeviceType.CPU, on);
    }

    /// 16 bits with the range of 32, or 32 bits.
    public static Autocast bfloat16(boolean on) {
        return new Autocast(on);
    }

    @Override
    public void close() {
        torch.set_autocast_enabled(DeviceType.CPU, before);
    }
}
