package org.cumae.bench;

/// What `cumae bench train` trains: a GPT-2 of this shape on random tokens.
///
/// @param layers how many blocks
/// @param width channels of the residual stream
/// @param heads heads of attention
/// @param length tokens in a sequence
/// @param rows sequences in a batch
/// @param vocabulary how many tokens there are
/// @param steps how many steps are timed at once
record TrainLoad(
        int layers, int width, int heads, int length, int rows, int vocabulary, int steps) {
    static TrainLoad small(int steps) {
        return new TrainLoad(4, 256, 4, 128, 16, 96, steps);
    }

    int tokensPerStep() {
        return rows * length;
    }
}
