package org.cumae.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `cumae picture`: pictures as codes, and models that draw them.
@Command(
        name = "picture",
        mixinStandardHelpOptions = true,
        description = "Turn pictures into codes and back, and draw new ones.",
        subcommands = {
            PictureDrawCommand.class,
            PictureCodeCommand.class,
            PictureJudgeCommand.class,
            PictureAttentionCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae picture draw digits-rings --class 7 --count 16 --out sevens.png",
            "  ./cumae picture judge digits-bits --guidance 1,2,3",
            "  ./cumae picture attention digits-scales",
            "  ./cumae picture code mnist-test --patch 4 --codes 256 --out runs/patches",
            "  ./cumae picture code mnist-test --sides 1,2,3,5,7 --law area --out runs/bands"
        })
final class PictureCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
