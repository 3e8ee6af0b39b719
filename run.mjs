#!/usr/bin/env node
// 起动 — installs what is missing, builds what is stale, then runs what was asked. Plain JavaScript on Node alone: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync, rmSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const [task = 'help', ...args] = process.argv.slice(2)
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`需要 Node 20.19 以上，现在是 ${process.version} / Node 20.19 or later is needed`)
  process.exit(2)
}
/** Memory that the main thread's young objects may take: with less, what an import makes lives long enough to be copied twice. */
const nodeFlags = ['--max-semi-space-size=24', '--max-old-space-size=512', '--enable-source-maps']

const step = (said, command, commandArgs, options = {}) => {
  process.stderr.write(`${said}\n`)
  const { status, error } = spawnSync(command, commandArgs, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
const binary = (name) => join(root, 'node_modules', '.bin', name)
const digest = (text) => createHash('sha256').update(text).digest('hex')

function install() {
  const lock = join(root, 'package-lock.json'), mark = join(root, 'node_modules', '.installed')
  const wanted = digest(readFileSync(lock))
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  step('安装依赖… / installing dependencies…', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(mark, wanted)
}

/** The newest change below these folders. */
function newest(paths) {
  let latest = 0
  const visit = (path) => {
    if (!existsSync(path)) return
    const stat = statSync(path)
    if (stat.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name))
    latest = Math.max(latest, stat.mtimeMs)
  }
  for (const path of paths) visit(join(root, path))
  return latest
}
const sources = ['domain', 'projections', 'adapters', 'api', 'video', 'simulations', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']
const screens = ['ui', 'vite.config.ts', 'projections/views.ts', 'package-lock.json']

function stale(name, paths) {
  const mark = join(root, 'dist', `.${name}`), at = String(newest(paths))
  return existsSync(mark) && readFileSync(mark, 'utf8') === at ? undefined : () => { mkdirSync(dirname(mark), { recursive: true }); writeFileSync(mark, at) }
}
function build() {
  const server = stale('server', sources)
  if (server) {
    // A file that is gone from the sources must not live on in the build.
    for (const folder of ['domain', 'projections', 'adapters', 'api', 'video', 'simulations', '.tsbuildinfo']) rmSync(join(root, 'dist', folder), { recursive: true, force: true })
    step('编译服务… / compiling the server…', binary('tsc'), ['-p', 'tsconfig.build.json'])
    server()
  }
  const ui = stale('ui', screens)
  if (ui) {
    step('编译界面… / building the screens…', binary('vite'), ['build', '--logLevel', 'warn'])
    ui()
  }
}
/** Runs and waits; a signal is the child's to answer, which stops in order. A terminal sends an interrupt to both by itself. */
function run(file, fileArgs, flags = nodeFlags, env = {}) {
  const child = spawn(process.execPath, [...flags, join(root, file), ...fileArgs], { stdio: 'inherit', env: { ...process.env, ...env } })
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (status, signal) => process.exit(signal ? 130 : status ?? 1))
}

/** 试验用的摄像机 — ffmpeg pushes a clip (one that is given, or drawn now) as so many cameras would, each with its key, until it is stopped. */
function cameras(said) {
  const option = (name) => said.flatMap((arg, i) => arg === `--${name}` ? [said[i + 1] ?? ''] : [])
  const keys = [...option('key'), ...option('keys').flatMap((file) => readFileSync(file, 'utf8').split(/\s+/).filter(Boolean))]
  const [url = 'rtmp://127.0.0.1:1935/live'] = option('url'), [count = String(keys.length)] = option('count')
  let [clip] = option('clip')
  if (!(Number(count) > 0) || keys.length < Number(count)) {
    console.error('npm run cameras -- --count N (--key KEY … | --keys FILE) [--url rtmp://127.0.0.1:1935/live] [--clip FILE]\n每台摄像机一个推流码 / a stream key for each camera')
    process.exit(2)
  }
  if (clip === undefined) {
    clip = join(mkdtempSync(join(tmpdir(), 'mingjian-clip-')), 'clip.mp4')
    step('画一段试验画面… / drawing a clip…', 'ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=25:duration=20', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast',
      '-b:v', '1800k', '-g', '50', clip])
  }
  const pushing = keys.slice(0, Number(count)).map((key) => spawn('ffmpeg', ['-v', 'error', '-re', '-stream_loop', '-1', '-i', clip, '-an', '-c', 'copy', '-f', 'flv', `${url}/${key}`], { stdio: ['ignore', 'ignore', 2] }))
  console.error(`${pushing.length} 台摄像机在推流，Ctrl-C 停止 / cameras are pushing, Ctrl-C stops them`)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { for (const camera of pushing) camera.kill() })
}

if (task !== 'help') install()
switch (task) {
  case 'demo': build(); run('dist/api/main.js', ['demo', ...args]); break
  case 'serve': build(); run('dist/api/main.js', ['serve', ...args]); break
  case 'mingjian': build(); run('dist/api/main.js', args); break
  case 'bench': build(); step('编译基准… / compiling the benches…', binary('tsc'), ['-p', 'tsconfig.bench.json']); run('dist/test/bench/main.js', args, ['--expose-gc', ...nodeFlags]); break
  case 'faults': build(); step('编译故障试验… / compiling the fault rig…', binary('tsc'), ['-p', 'tsconfig.faults.json']); run('dist/test/faults/main.js', args, nodeFlags); break
  case 'cameras': cameras(args); break
  case 'build': build(); break
  case 'lint': step('eslint', binary('eslint'), ['.', ...args]); break
  case 'check':
    step('tsc', binary('tsc'), ['--noEmit', '-p', 'tsconfig.json'])
    step('svelte-check', binary('svelte-check'), ['--tsconfig', './ui/tsconfig.json', '--fail-on-warnings'])
    break
  case 'test': build(); run('node_modules/vitest/vitest.mjs', ['run', ...args], [], { COMPILED: '1' }); break
  default: console.error('npm start | npm run serve | npm run -s mingjian -- … | npm test | npm run bench -- book | npm run faults -- --ci'); process.exit(2)
}
