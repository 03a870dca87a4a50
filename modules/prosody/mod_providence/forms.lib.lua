-- Data forms (XEP-0004) and the steps of ad-hoc commands (XEP-0050), between stanzas and what the daemon says as JSON
-- (docs/spec/pnp.md, COMMAND).

local array = require "util.array";
local st = require "util.stanza";

local clean = module:require "texts".clean;

local COMMANDS, FORMS = "http://jabber.org/protocol/commands", "jabber:x:data";
local STATUSES = { executing = true; completed = true; canceled = true };
local STEPS = { next = true; prev = true; complete = true };

-- The fields of a submitted form, lists of texts by name, or nil.
local function fields_of(command)
	local form = command:get_child("x", FORMS);
	if not form then
		return nil;
	end
	local fields = {};
	for field in form:childtags("field") do
		if field.attr.var then
			local values = array();
			for value in field:childtags("value") do
				values:push(value:get_text() or "");
			end
			fields[field.attr.var] = values;
		end
	end
	return fields;
end

-- What is of this type in a list, whatever else there is.
local function each(list, kind)
	local kept = array();
	for _, value in ipairs(type(list) == "table" and list or {}) do
		if type(value) == kind then
			kept:push(value);
		end
	end
	return ipairs(kept);
end

local function add_field(x, field)
	x:tag("field", {
		var = field.var and clean(field.var); type = field.type and clean(field.type);
		label = field.label and clean(field.label);
	});
	if field.desc then
		x:text_tag("desc", clean(field.desc));
	end
	if field.required == true then
		x:tag("required"):up();
	end
	for _, value in each(field.values, "string") do
		x:text_tag("value", clean(value));
	end
	for _, option in each(field.options, "table") do
		x:tag("option", { label = option.label and clean(option.label) }):text_tag("value", clean(option.value)):up();
	end
	x:up();
end

local function build_form(form)
	local x = st.stanza("x", { xmlns = FORMS; type = form.type == "result" and "result" or "form" });
	for _, name in ipairs { "title", "instructions" } do
		if form[name] then
			x:text_tag(name, clean(form[name]));
		end
	end
	for _, field in each(form.fields, "table") do
		add_field(x, field);
	end
	return x;
end

local function add_actions(command, said)
	command:tag("actions", { execute = STEPS[said.default] and said.default or nil });
	for _, action in each(said.actions, "string") do
		if STEPS[action] then
			command:tag(action):up();
		end
	end
	command:up();
end

-- The <command/> of an answer (XEP-0050, section 3.4: actions, then the rest).
local function build_command(node, sessionid, said)
	local status = STATUSES[said.status] and said.status or "completed";
	local command = st.stanza("command", { xmlns = COMMANDS; node = node; sessionid = sessionid; status = status });
	if status == "executing" then
		add_actions(command, said);
	end
	if type(said.note) == "table" then
		command:text_tag("note", clean(said.note.text), { type = clean(said.note.type) });
	end
	if type(said.form) == "table" then
		command:add_child(build_form(said.form));
	end
	return command;
end

return { COMMANDS = COMMANDS; FORMS = FORMS; fields = fields_of; command = build_command };
