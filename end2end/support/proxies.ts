// Real reverse proxies, each with the configuration that the product writes, and nothing but what its own package would
// have around it: where its logs and pid files are, and that it stays in the foreground.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { get as getByTls } from "node:https";
import { dirname, join } from "node:path";
import { Program } from "./program.ts";

/** One file of the configuration, as `GET /api/v1/settings/proxy` answers it. */
export interface Part {
  file: string;
  text: string;
}

export const PROXIES = ["nginx", "nginx-proxy-manager", "swag", "traefik", "caddy", "haproxy"] as const;
export type ProxyName = (typeof PROXIES)[number];

/** What stands around the snippets. */
export interface Around {
  /** Where the proxy listens, and how; with https (nginx only) it gets a certificate of its own. */
  port: number;
  scheme: "http" | "https";
  /** Where Latchkey and the app are, `127.0.0.1:1234`. */
  latchkey: string;
  app: string;
  /** Latchkey's own host, and those of the apps. */
  door: string;
  hosts: string[];
  /** Hosts whose app is elsewhere, and where. */
  elsewhere: Record<string, string>;
  /** An empty folder. */
  folder: string;
}

/** A running proxy. */
export interface RunningProxy {
  stop(): Promise<void>;
  /** All that it has written down: on its outputs and into its files of log. */
  log(): string;
}

const program = (name: string) => {
  const found = process.env[`LATCHKEY_TEST_${name.toUpperCase()}`];
  if (!found) throw new Error(`${name} is missing: scripts/setup test puts it in place, scripts/test-e2e names it`);
  return found;
};

/** Starts a proxy with these files; the same file of several apps counts once. */
export async function startProxy(name: ProxyName, parts: Part[], around: Around): Promise<RunningProxy> {
  const files = new Map(parts.map((part) => [part.file, part.text]));
  const [words, env] = { nginx, "nginx-proxy-manager": nginxProxyManager, swag, traefik, caddy, haproxy }[name](files, around);
  const running = new Program(words[0]!, words.slice(1), {
    ...env,
    HOME: around.folder,
    // What only a proxy's package brings lies beside it.
    LD_LIBRARY_PATH: process.env.LATCHKEY_TEST_SERVER_LIBRARIES,
  });
  try {
    await running.answers(`http://127.0.0.1:${around.port}/`);
    // Some listen before they have read all of their files.
    while (!(await leadsTo(around))) await new Promise((done) => setTimeout(done, 20));
  } catch (why) {
    await running.stop("SIGKILL");
    throw why;
  }
  const written = () =>
    ["access.log", "error.log"].map((file) => {
      try {
        return readFileSync(join(around.folder, file), "utf8");
      } catch {
        return "";
      }
    });
  return { stop: () => running.stop("SIGTERM"), log: () => [running.output, ...written()].join("\n") };
}

/** Whether Latchkey is reached by its own host. */
function leadsTo({ port, door, scheme }: Around): Promise<boolean> {
  return new Promise((done, failed) => {
    const where = { host: "127.0.0.1", port, path: "/healthz", headers: { host: `${door}:${port}` }, agent: false as const };
    const asked = (scheme === "https" ? getByTls : get)({ ...where, servername: door, rejectUnauthorized: false }, (answer) => {
      answer.resume();
      done(answer.statusCode === 200);
    });
    asked.on("error", failed);
  });
}

type Start = [string[], Record<string, string>];

function write(folder: string, file: string, text: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** nginx in the foreground, with this in its `http` section. */
function startNginx(folder: string, http: string): Start {
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`);
  const whole = `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log info;
events {}
http {
  access_log ${folder}/access.log;
  ${temp.join("\n  ")}
  ${http}
}
`;
  return [[program("nginx"), "-e", `${folder}/error.log`, "-c", write(folder, "nginx.conf", whole)], {}];
}

function nginx(files: Map<string, string>, { folder, door, scheme }: Around): Start {
  const own = (text: string) =>
    text
      .replaceAll("/etc/nginx/", `${folder}/etc/nginx/`)
      .replaceAll(`/etc/ssl/certs/${door}.pem`, `${folder}/own.pem`)
      .replaceAll(`/etc/ssl/private/${door}.key`, `${folder}/own.key`);
  for (const [file, text] of files) write(folder, file, own(text));
  if (scheme === "https") {
    const words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${door}`];
    const made = spawnSync("openssl", [...words, "-keyout", `${folder}/own.key`, "-out", `${folder}/own.pem`], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`openssl: ${made.stderr ?? made.error}`);
  }
  return startNginx(folder, `include ${folder}/etc/nginx/conf.d/*.conf;`);
}

/** What Nginx Proxy Manager writes around the tab "Advanced", as far as it touches ours. */
function nginxProxyManager(files: Map<string, string>, { folder, port, latchkey, app, door, hosts, elsewhere }: Around): Start {
  const server = (host: string, to: string, advanced: string) => `server {
  set $forward_scheme http;
  set $server "${to.split(":")[0]}";
  set $port ${to.split(":")[1]};
  listen ${port};
  server_name ${host};
  access_log ${folder}/access.log;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $http_connection;
  proxy_http_version 1.1;
  ${advanced}
}`;
  const usual = `location / {
    add_header X-Served-By $host;
    proxy_set_header Host $host:${port};
    proxy_set_header X-Forwarded-Scheme $scheme;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_pass $forward_scheme://$server:$port$request_uri;
  }`;
  const advanced = (host: string) => {
    const text = files.get(`Proxy Host ${host}, Advanced`);
    if (!text) throw new Error(`nothing for ${host}`);
    return text;
  };
  return startNginx(folder, [server(door, latchkey, usual), ...hosts.map((host) => server(host, elsewhere[host] ?? app, advanced(host)))].join("\n"));
}

/** What SWAG brings itself, as far as it touches ours. */
function swag(files: Map<string, string>, { folder, port }: Around): Start {
  const own = (text: string) => text.replaceAll("/config/nginx/", `${folder}/config/nginx/`);
  for (const [file, text] of files) write(folder, file, own(text));
  write(folder, "config/nginx/resolver.conf", "resolver 127.0.0.11 valid=30s;\n");
  write(
    folder,
    "config/nginx/proxy.conf",
    `proxy_buffers 32 4k;
proxy_http_version 1.1;
proxy_redirect http:// $scheme://;
proxy_cache_bypass $cookie_session;
proxy_no_cache $cookie_session;
proxy_set_header Connection $connection_upgrade;
proxy_set_header Early-Data $ssl_early_data;
proxy_set_header Host $host:${port};
proxy_set_header Proxy "";
proxy_set_header Upgrade $http_upgrade;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Host $host:${port};
proxy_set_header X-Forwarded-Method $request_method;
proxy_set_header X-Forwarded-Port $server_port;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Forwarded-Server $host;
proxy_set_header X-Forwarded-Uri $request_uri;
proxy_set_header X-Original-Method $request_method;
proxy_set_header X-Original-URL $scheme://$http_host$request_uri;
proxy_set_header X-Real-IP $remote_addr;
`,
  );
  return startNginx(
    folder,
    `map $http_upgrade $connection_upgrade { default upgrade; "" close; }
  include ${folder}/config/nginx/proxy-confs/*.subdomain.conf;`,
  );
}

function traefik(files: Map<string, string>, { folder, port }: Around): Start {
  for (const [file, text] of files) write(folder, file, text);
  const settings = [
    `--entryPoints.web.address=:${port}`,
    `--providers.file.directory=${folder}/etc/traefik/dynamic`,
    "--providers.file.watch=false",
    "--global.checkNewVersion=false",
    "--global.sendAnonymousUsage=false",
    "--log.level=DEBUG",
  ];
  return [[program("traefik"), ...settings], {}];
}

function caddy(files: Map<string, string>, { folder }: Around): Start {
  const text = ["{\n\tadmin off\n\tauto_https off\n}\n", ...files.values()].join("\n");
  const config = write(folder, "Caddyfile", text);
  const env = { XDG_DATA_HOME: join(folder, "data"), XDG_CONFIG_HOME: join(folder, "config") };
  return [[program("caddy"), "run", "--config", config, "--adapter", "caddyfile"], env];
}

function haproxy(files: Map<string, string>, { folder }: Around): Start {
  const script = write(folder, "latchkey.lua", files.get("/etc/haproxy/latchkey.lua") ?? "");
  const sections = [...files].filter(([file]) => file.startsWith("haproxy.cfg")).map(([, text]) => text);
  const defaults = `global
    log stdout format raw local0
defaults
    log global
    option httplog
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    timeout tunnel 30s
`;
  // As the lines say that are to be added to the frontend.
  const written = sections.join("\n");
  const choices = [...written.matchAll(/^# {5}(use_backend .*)$/gm)].map(([, line]) => `    ${line}\n`);
  const lastLine = "    # An app's backend has the name of its host.\n";
  if (!written.includes(lastLine)) throw new Error("the frontend has another last line");
  const frontend = written.replace(lastLine, choices.join("") + lastLine);
  const whole = [defaults, frontend].join("\n").replaceAll("/etc/haproxy/latchkey.lua", script);
  return [[program("haproxy"), "-db", "-f", write(folder, "haproxy.cfg", whole)], {}];
}
