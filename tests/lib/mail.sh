# shellcheck shell=bash
# A mail server of our own in a temporary folder, from Debian's binaries: Exim takes mail, Dovecot keeps it. They listen
# at free loopback ports, run without any rights, and are gone when the shell that started them exits.
#
# Every user exists, under one password. What is written to "gone…@…" is taken and comes back as a report, "nobody…@…"
# is refused at once, and "later…@…" is put off.

mail_folder='' # of the running server; empty when there is none

# Neither needs root, and neither wants it.
as_nobody() (
  cd /
  if ((EUID == 0)); then
    runuser --user nobody -- "$@"
  else
    "$@"
  fi
)

need_mail() {
  [[ -x /usr/sbin/dovecot && -x /usr/lib/dovecot/lmtp ]] || install_packages dovecot-imapd dovecot-lmtpd
  [[ -x /usr/sbin/exim4 ]] || install_packages exim4-daemon-light
  need openssl=openssl
}

# start_mail: exports TRUNKLINE_TEST_MAIL, the folder that tells where the servers listen, unless the caller has named
# one there already.
start_mail() {
  [[ -z ${TRUNKLINE_TEST_MAIL:-} ]] || return 0
  need_mail
  mail_folder=$(mktemp --directory --tmpdir trunkline-mail.XXXXXX)
  local user group
  user=$(as_nobody id --user --name) group=$(as_nobody id --group --name)
  mkdir "$mail_folder"/{run,state,spool,log,mail}
  make_certificates "$mail_folder"
  printf '%s %s %s\n' "$(free_port)" "$(free_port)" "$(free_port)" >"$mail_folder/ports"
  head --bytes 12 /dev/urandom | od --address-radix=n --format=x4 | tr --delete ' \n' >"$mail_folder/password"
  write_dovecot_settings "$user" "$group" >"$mail_folder/dovecot.conf"
  write_exim_settings "$user" "$group" >"$mail_folder/exim.conf"
  ((EUID != 0)) || chown --recursive nobody: "$mail_folder"
  as_nobody /usr/sbin/dovecot -c "$mail_folder/dovecot.conf"
  as_nobody /usr/sbin/exim4 -C "$mail_folder/exim.conf" -bd -q1m
  export TRUNKLINE_TEST_MAIL=$mail_folder
}

stop_mail() {
  [[ -n $mail_folder ]] || return 0
  local pid_file
  for pid_file in "$mail_folder"/run/master.pid "$mail_folder"/exim.pid; do
    [[ ! -s $pid_file ]] || kill "$(<"$pid_file")" 2>/dev/null || true
  done
  rm --recursive --force "$mail_folder"
  mail_folder=''
}

# make_certificates FOLDER: an authority, and a server's certificate for 127.0.0.1 that it signed.
make_certificates() {
  local folder=$1
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj '/CN=Tests' \
    -keyout "$folder/authority.key" -out "$folder/authority.pem" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=localhost' \
    -keyout "$folder/server.key" -out "$folder/server.csr" 2>/dev/null
  openssl x509 -req -days 30 -CA "$folder/authority.pem" -CAkey "$folder/authority.key" -CAcreateserial \
    -extfile <(printf 'subjectAltName=IP:127.0.0.1,DNS:localhost') \
    -in "$folder/server.csr" -out "$folder/server.pem" 2>/dev/null
}

# write_dovecot_settings USER GROUP
write_dovecot_settings() {
  local smtp imap imaps
  read -r smtp imap imaps <"$mail_folder/ports"
  cat <<TEXT
base_dir = $mail_folder/run
state_dir = $mail_folder/state
log_path = $mail_folder/log/dovecot
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = $1
default_internal_group = $2
default_login_user = $1
first_valid_uid = 1
ssl = yes
ssl_cert = <$mail_folder/server.pem
ssl_key = <$mail_folder/server.key
disable_plaintext_auth = no
auth_username_chars =
mail_location = maildir:$mail_folder/mail/%u
mail_max_userip_connections = 50
passdb {
  driver = static
  args = password=$(<"$mail_folder/password")
}
userdb {
  driver = static
  args = uid=$1 gid=$2 home=$mail_folder/mail/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
}
lda_mailbox_autocreate = yes
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $imap
  }
  inet_listener imaps {
    port = $imaps
  }
}
service lmtp {
  unix_listener lmtp {
    mode = 0600
  }
}
TEXT
}

# write_exim_settings USER GROUP
write_exim_settings() {
  local smtp imap imaps
  read -r smtp imap imaps <"$mail_folder/ports"
  cat <<TEXT
exim_user = $1
exim_group = $2
never_users =
keep_environment =
primary_hostname = mx.harbor.example
spool_directory = $mail_folder/spool
log_file_path = $mail_folder/log/%slog
pid_file_path = $mail_folder/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = $smtp
deliver_drop_privilege = true
auth_advertise_hosts = *
tls_advertise_hosts = *
tls_certificate = $mail_folder/server.pem
tls_privatekey = $mail_folder/server.key
message_size_limit = 30M
smtp_accept_max = 100
smtp_accept_max_per_connection = 0
recipient_unqualified_hosts =
acl_smtp_rcpt = rcpt
acl_smtp_data = mail

begin acl
rcpt:
  deny message = 5.7.0 Authentication required
       !authenticated = *
  deny local_parts = ^nobody
       message = 5.1.1 There is no such mailbox
  defer local_parts = ^later
       message = 4.7.1 Come back later
  accept
mail:
  accept

begin routers
gone:
  driver = redirect
  local_parts = ^gone
  allow_fail
  data = :fail: 5.1.1 This mailbox is gone
everyone:
  driver = accept
  transport = dovecot

begin transports
dovecot:
  driver = lmtp
  socket = $mail_folder/run/lmtp
  user = $1
  group = $2

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if eq{\$auth3}{$(<"$mail_folder/password")}}
  server_set_id = \$auth2
TEXT
}
