package org.zennet.provider.internal.ssh;

import java.io.IOException;
import java.util.List;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;

/** A channel of a login: takes few environment variables, and no agent and no X11. */
class LoginChannel extends ChannelSession {
    /** Whether a client may set this variable: what a person's language is, nothing that changes what programs run. */
    static boolean passes(String name) {
        return name.equals("LANG") || name.equals("TZ") || name.matches("LC_[A-Z]{1,20}");
    }

    @Override
    protected RequestHandler.Result handleEnvParsed(String name, String value) throws IOException {
        return passes(name) && value.length() <= 200 ? super.handleEnvParsed(name, value) : RequestHandler.Result.ReplyFailure;
    }

    @Override
    protected RequestHandler.Result handleAgentForwarding(String request, Buffer buffer, boolean wantReply) {
        return RequestHandler.Result.ReplyFailure;
    }

    @Override
    protected RequestHandler.Result handleX11Forwarding(String request, Buffer buffer, boolean wantReply) {
        return RequestHandler.Result.ReplyFailure;
    }

    /** A connection to a port of the container's own loopback, made by a program in the container. */
    static final class Forward extends LoginChannel {
        /** Whatever the image has that connects two pipes with a port. */
        private static final String RELAY = """
                p=$1
                if command -v socat >/dev/null 2>&1; then exec socat - TCP4:127.0.0.1:$p; fi
                if command -v nc >/dev/null 2>&1; then exec nc 127.0.0.1 $p; fi
                if command -v python3 >/dev/null 2>&1; then exec python3 -c '
                import socket,sys,threading,os
                s=socket.create_connection(("127.0.0.1",int(sys.argv[1])))
                def up():
                    while True:
                        b=os.read(0,65536)
                        if not b: break
                        s.sendall(b)
                    s.shutdown(socket.SHUT_WR)
                threading.Thread(target=up,daemon=True).start()
                while True:
                    b=s.recv(65536)
                    if not b: break
                    os.write(1,b)
                ' $p; fi
                if command -v perl >/dev/null 2>&1; then exec perl -MIO::Socket::INET -e '
                my $s=IO::Socket::INET->new(PeerAddr=>"127.0.0.1",PeerPort=>$ARGV[0]) or exit 1;
                my $c=fork();
                if(!$c){ my $b; while(sysread(STDIN,$b,65536)){ my $o=0; while($o<length $b){ my $n=syswrite($s,$b,length($b)-$o,$o) or last; $o+=$n } } shutdown($s,1); exit 0 }
                my $b; while(sysread($s,$b,65536)){ my $o=0; while($o<length $b){ my $n=syswrite(STDOUT,$b,length($b)-$o,$o) or last; $o+=$n } }
                kill 9,$c;
                ' $p; fi
                echo "port forwarding needs socat, nc, python3 or perl in the image" >&2
                exit 127
                """;
        private final Guest guest;

        Forward(Guest guest) {
            this.guest = guest;
        }

        @Override
        protected OpenFuture doInit(Buffer buffer) {
            Buffer request = new org.apache.sshd.common.util.buffer.ByteArrayBuffer(buffer.array(), buffer.rpos(), buffer.available());
            String host = request.getString();
            long port = request.getUInt();
            boolean own = host.equals("localhost") || host.equals("127.0.0.1") || host.equals("::1");
            if (!own || port < 1 || port > 65_535) {
                DefaultOpenFuture refused = new DefaultOpenFuture(this, this);
                refused.setException(new SshChannelOpenException(getChannelId(), SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED,
                        "only ports of the container's own loopback are reached"));
                return refused;
            }
            try {
                commandInstance = new GuestCommand(guest, List.of("/bin/sh", "-c", RELAY, "sh", Long.toString(port)));
                prepareChannelCommand("direct-tcpip", commandInstance);
            } catch (IOException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
            ((LoginIo) getSession().getIoSession()).afterwards(() -> {
                try {
                    commandInstance.start(this, getEnvironment());
                } catch (IOException e) {
                    close(true);
                }
            });
            return super.doInit(buffer);
        }
    }
}
