package org.zennet.virtualization.sandbox.internal.box;

import org.zennet.virtualization.keeper.ProgramListener;

/** Passes on what a program beside the task says; one on a terminal has one stream. Its calls come on the link's thread. */
final class BesideProgram implements InitLink.Listener {
    private final ProgramListener listener;
    private final boolean terminal;
    private final Runnable ended;
    private int open;
    private boolean exited;

    /** @param ended is called once, when it has ended and so have its streams */
    BesideProgram(ProgramListener listener, boolean terminal, Runnable ended) {
        this.listener = listener;
        this.terminal = terminal;
        this.ended = ended;
        this.open = terminal ? 1 : 2;
    }

    @Override
    public void data(int stream, byte[] bytes) {
        listener.data(stream, bytes);
    }

    @Override
    public void end(int stream) {
        if (terminal && stream == 2) {
            return;
        }
        listener.end(stream);
        open--;
        done();
    }

    @Override
    public void took(int bytes) {
        listener.took(bytes);
    }

    @Override
    public void gone() {
        listener.gone();
    }

    @Override
    public void exited(InitLink.Exit exit) {
        listener.exited(exit.code());
        exited = true;
        done();
    }

    private void done() {
        if (exited && open == 0) {
            open = -1;
            ended.run();
        }
    }
}
